/**
 * WebSockets over TLS, for clients of HTTP/1.1 and of HTTP/2 (RFC 8441) on one port: while the TLS connection is set up
 * the client says which it speaks. A browser that has the page over HTTP/2 opens its WebSockets as streams beside it.
 *
 *     node examples/https-http2/server.ts --cert cert.pem --key key.pem        PORT, default 8443
 *
 * For a try, a certificate that no browser trusts will do:
 *
 *     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout key.pem -out cert.pem \
 *       -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1
 */
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { WebSocketServer } from "barewire/websocket";

const { cert, key } = parseArgs({ options: { cert: { type: "string" }, key: { type: "string" } } }).values;
if (cert === undefined || key === undefined) {
  console.error("usage: server.ts --cert cert.pem --key key.pem (how to make them is in the file)");
  process.exit(2);
}

const https = createSecureServer(
  { cert: readFileSync(cert), key: readFileSync(key), allowHTTP1: true },
  (request, response) => {
    response.end(`This page came over HTTP/${request.httpVersion}.\n`);
  },
);

const sockets = new WebSocketServer({ server: https, path: "/ws" });

sockets.addEventListener("connection", ({ socket, request }) => {
  socket.send(`This socket came over HTTP/${request.httpVersion}.`);
  socket.addEventListener("message", ({ data }) => socket.send(data));
});

https.listen(Number(process.env.PORT ?? 8443), "127.0.0.1", () => {
  console.log(`https://127.0.0.1:${(https.address() as AddressInfo).port}`);
});

process.once("SIGTERM", async () => {
  https.close();
  await sockets.drain({ code: 1012, reason: "restarting" });
});
