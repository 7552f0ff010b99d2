/** The other end of a client: a server on TCP that a test answers for. */
import { createServer } from "node:net";
import { expect, onTestFinished, vi } from "vitest";
import { WebSocket, type WebSocketOptions } from "../../src/websocket/client/client.ts";
import { CLOSED } from "../../src/websocket/endpoint/endpoint.ts";
import { WebSocketHandshakeError } from "../../src/websocket/errors.ts";
import { acceptValue } from "../../src/websocket/handshake/handshake.ts";
import { nextEvent, turn } from "./next-event.ts";
import { RawPeer } from "./raw-peer.ts";

export interface Host {
  readonly url: string;
  readonly port: number;
  /** The connections so far. */
  readonly peers: RawPeer[];
  /** The next connection, once its request is complete. */
  request(): Promise<{ peer: RawPeer; head: string; key: string }>;
}

/** A TCP server that a test answers for. */
export async function host(): Promise<Host> {
  const peers: RawPeer[] = [];
  const server = createServer((socket) => peers.push(new RawPeer(socket)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const { socket } of peers) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  let asked = 0;
  const request: Host["request"] = async () => {
    const index = asked++;
    const peer = await vi.waitUntil(() => peers[index], { interval: 2, timeout: 10_000 });
    await peer.until(() => peer.received.includes("\r\n\r\n"));
    const end = peer.received.indexOf("\r\n\r\n") + 4;
    const head = peer.received.toString("latin1", 0, end);
    peer.received = peer.received.subarray(end);
    return { peer, head, key: /Sec-WebSocket-Key: (.*)\r\n/.exec(head)![1]! };
  };
  return { url: `ws://127.0.0.1:${port}/`, port, peers, request };
}

/** An answer 101, its headers replaced, repeated or left out. */
export function accept(
  key: string,
  headers: Readonly<Record<string, string | string[] | undefined>> = {},
): string {
  const all = {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Accept": acceptValue(key),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => `${name}: ${value}\r\n`),
  );
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`;
}

/** Waits until a client has failed; it must say so with one `error` and one `close`, in this order. */
export async function failure(client: WebSocket): Promise<WebSocketHandshakeError> {
  const heard: string[] = [];
  let failure: unknown;
  client.addEventListener("open", () => heard.push("open"));
  client.addEventListener("error", ({ error }) => {
    heard.push("error");
    failure = error;
  });
  client.addEventListener("close", ({ code, reason, wasClean }) =>
    heard.push(`close ${code}${reason} ${wasClean}`),
  );
  await nextEvent(client, "close");
  await turn();
  await turn();
  expect(heard).toEqual(["error", "close 1006 false"]);
  expect(client.readyState).toBe(CLOSED);
  expect(failure).toBeInstanceOf(WebSocketHandshakeError);
  return failure as WebSocketHandshakeError;
}

/** A client that ends with the test. */
export const connect = (
  url: string,
  subprotocols: string[] = [],
  options: WebSocketOptions = {},
): WebSocket => {
  const client = new WebSocket(url, subprotocols, options);
  onTestFinished(() => client.terminate());
  return client;
};
