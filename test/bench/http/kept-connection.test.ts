import { createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { basic, KeptConnection, requestOf } from "../../../bench/http/kept-connection.ts";
import { closing, listen } from "../websocket/listen.ts";
import { listenHttp } from "./listen.ts";

describe("a kept connection", () => {
  it("asks again and again over one connection, and gives status, fields and content", async () => {
    const ports = new Set<number | undefined>();
    const port = await listenHttp((request, response) => {
      ports.add(request.socket.remotePort);
      request.setEncoding("utf8").on("data", (text: string) => {
        const reply = `${request.method} ${request.headers["x-field"]} ${text}`;
        response.writeHead(202, { "X-Reply": "yes", "content-length": Buffer.byteLength(reply) }).end(reply);
      });
    });
    const connection = closing(new KeptConnection(port));
    for (const text of ["Grüße", "once more"]) {
      const reply = await connection.ask(requestOf("POST /", { "x-field": "value" }, text));
      expect(reply).toMatchObject({ status: 202, body: `POST value ${text}` });
      expect(reply.headers.get("x-reply")).toBe("yes");
    }
    expect(ports.size).toBe(1);
  });
  it("puts together a reply that comes in pieces", async () => {
    const port = await listen((socket) => {
      const pieces = ["HTTP/1.1 200 OK\r\nContent-", "Length: 4\r\n\r", "\nab", "cd"];
      const next = (): void => {
        const piece = pieces.shift();
        if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      };
      socket.once("data", next);
    });
    const { status, body } = await closing(new KeptConnection(port)).ask(requestOf("GET /"));
    expect([status, body]).toEqual([200, "abcd"]);
  });
  it("connects anew where the server has closed the connection, or says that it will", async () => {
    let connections = 0;
    const port = await listen((socket) => {
      connections++;
      const close = connections === 1 ? "connection: close\r\n" : "";
      socket.on("data", () => socket.write(`HTTP/1.1 204 No Content\r\n${close}\r\n`));
      if (connections === 2) socket.once("data", () => socket.end());
    });
    const connection = closing(new KeptConnection(port));
    for (let i = 0; i < 2; i++) expect((await connection.ask(requestOf("GET /"))).status).toBe(204);
    await expect.poll(async () => (await connection.ask(requestOf("GET /"))).status).toBe(204);
    expect(connections).toBe(3);
  });
  it.each([
    [
      "ends before the reply",
      (socket: Socket) => void socket.end("HTTP/1.1 200 OK\r\n"),
      "closed the connection",
    ],
    ["is reset", (socket: Socket) => void socket.resetAndDestroy(), "ECONNRESET"],
    [
      "does not say how long the reply is",
      (socket: Socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\nabc"),
      "how long it is",
    ],
  ])("fails when the connection %s", async (_what, answer, message) => {
    const port = await listen((socket) => socket.once("data", () => answer(socket)));
    await expect(closing(new KeptConnection(port)).ask(requestOf("GET /"))).rejects.toThrow(message);
  });
  it("fails when nobody listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    await expect(closing(new KeptConnection(port)).ask(requestOf("GET /"))).rejects.toThrow("ECONNREFUSED");
  });
  it("asks one thing at a time, and gives up when it is closed", async () => {
    const port = await listen(() => {});
    const connection = new KeptConnection(port);
    const asked = connection.ask(requestOf("GET /"));
    expect(() => connection.ask(requestOf("GET /"))).toThrow("not answered yet");
    connection.close();
    await expect(asked).rejects.toThrow("the client has closed");
  });
});

describe("a request", () => {
  it("is what RFC 9112 §2.1 says", () => {
    expect(requestOf("POST /auth", { accept: "*/*" }, "é")).toBe(
      "POST /auth HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\ncontent-length: 2\r\n\r\n\u00c3\u00a9",
    );
  });
  it("has the credentials of RFC 7617 §2", () => {
    expect(basic("Aladdin", "open sesame")).toBe("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  });
});
