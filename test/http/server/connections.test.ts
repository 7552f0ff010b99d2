import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { Connections } from "../../../src/http/server/connections.ts";
import { eventually, head, serve, Wire } from "../wire.ts";

const get = (path: string, ...fields: readonly string[]): string =>
  head(`GET ${path} HTTP/1.1`, "Host: a", ...fields);

/** `count` requests for /0, /1, …; the last of them ends the connection. */
function pipeline(count: number): string {
  const paths = Array.from({ length: count }, (_, i) => `/${i}`);
  return paths.map((path, i) => get(path, ...(i === count - 1 ? ["Connection: close"] : []))).join("");
}

/** The paths that were echoed, in the order of their arrival. */
function echoed(text: string): readonly string[] {
  return [...text.matchAll(/\r\n\r\n(\/\d+)/g)].map(([, path]) => path!);
}

describe("RFC 9112 §9.3.2 pipelining", () => {
  it("starts a request when the one before it is answered, and answers all in their order", async () => {
    let running = 0;
    let most = 0;
    const { port } = await serve(async ({ path }) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { status: 200, body: path };
    });
    const wire = await Wire.to(port);
    wire.send(pipeline(50));
    expect(echoed(await wire.rest())).toEqual(Array.from({ length: 50 }, (_, i) => `/${i}`));
    expect(most).toBe(1);
  });

  it("opens one response for a client that does not read, and the others when it does", async () => {
    const length = 8 * 1024 * 1024;
    let opened = 0;
    const { server, port } = await serve(() => {
      opened++;
      const body = Readable.from([Buffer.alloc(length)]);
      return { status: 200, headers: { "content-length": String(length) }, body };
    });
    let parsed = 0;
    server.node.on("request", () => parsed++);
    const wire = await Wire.to(port);
    wire.socket.pause();
    wire.send(pipeline(4));
    await eventually(() => parsed).toBe(4);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(opened).toBe(1);
    wire.socket.resume();
    await wire.closed;
    expect(opened).toBe(4);
  });

  it("reads no further while requests wait, and answers all 3,000 of one write in the end", async () => {
    let started = 0;
    let parsed = 0;
    let mostWaiting = 0;
    const { server, port } = await serve(({ path }) => {
      started++;
      return { status: 200, body: path };
    });
    server.node.on("request", () => {
      mostWaiting = Math.max(mostWaiting, ++parsed - started);
    });
    const wire = await Wire.to(port);
    wire.send(pipeline(3_000));
    expect(echoed(await wire.rest())).toHaveLength(3_000);
    // The eight that may wait, and what one piece can hold.
    expect(mostWaiting).toBeLessThan(8 + 1024 / 18);
  });

  it("never starts what waits on a connection that is gone", async () => {
    const started: string[] = [];
    let answer!: () => void;
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { port, lines } = await serve(async ({ path }) => {
      started.push(path);
      await gate;
      return { status: 200 };
    });
    const wire = await Wire.to(port);
    wire.send(pipeline(5));
    await eventually(() => started).toEqual(["/0"]);
    wire.socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer();
    await eventually(() => lines.map(({ event }) => event)).toEqual(["http.aborted"]);
    expect(started).toEqual(["/0"]);
  });

  it("keeps the content of each request to itself, however it is cut", async () => {
    const { port } = await serve(async (request) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { status: 200, body: `/${((await request.json()) as string).length}` };
    });
    const lengths = Array.from({ length: 40 }, (_, i) => i * 100);
    const requests = lengths.map((length) => {
      const fields = ["Content-Type: application/json", `Content-Length: ${length + 2}`];
      return `${head("POST / HTTP/1.1", "Host: a", ...fields)}"${"x".repeat(length)}"`;
    });
    const wire = await Wire.to(port);
    wire.send(requests.join("") + get("/", "Connection: close"));
    expect(echoed(await wire.rest())).toEqual(lengths.map((length) => `/${length}`));
  });
});

describe("the connections of a client", () => {
  it("are those of its address, or of its /64 of IPv6, as long as they are open", async () => {
    const connections = new Connections();
    const sockets = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1"].map((address) => {
      const socket = new PassThrough();
      socket.on("data", () => {}); // the parser of node:http
      connections.add(socket, address);
      return socket;
    });
    expect(connections.size).toBe(4);
    expect(connections.countOf("2001:db8::/64")).toBe(2);
    expect(connections.countOf("192.0.2.1")).toBe(1);
    for (const socket of sockets) socket.destroy();
    await eventually(() => connections.size).toBe(0);
    expect(connections.countOf("2001:db8::/64")).toBe(0);
  });

  it("tell whoever asks that they are gone, early or late", async () => {
    const connections = new Connections();
    const socket = new PassThrough();
    socket.on("data", () => {});
    const { signal } = connections.add(socket, "192.0.2.1");
    expect(signal.aborted).toBe(false);
    const asked = connections.of(socket)!;
    socket.destroy();
    await eventually(() => signal.aborted).toBe(true);
    expect(asked.signal).toBe(signal);
    const other = new PassThrough();
    other.on("data", () => {});
    const late = connections.add(other, "192.0.2.1");
    other.destroy();
    await eventually(() => connections.size).toBe(0);
    expect(late.signal.aborted).toBe(true);
  });
});

describe("a connection that is handed over", () => {
  it("gives all that came behind the head, in order, to who takes it", async () => {
    const { server, port } = await serve(() => ({ status: 200 }));
    const early = Array.from({ length: 5_000 }, (_, i) => String(i % 10)).join("");
    server.onUpgrade((_message, socket, first) => {
      let taken = first.toString("latin1");
      const take = (chunk: Buffer): void => {
        taken += chunk.toString("latin1");
        if (taken.endsWith("!")) socket.end(taken);
      };
      socket.on("data", take);
    });
    const wire = await Wire.to(port);
    wire.send(`${get("/ws", "Connection: Upgrade", "Upgrade: websocket")}${early}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    wire.send("!");
    expect(await wire.rest()).toBe(`${early}!`);
  });
});

describe("a request that would take the connection over, behind one that is still being answered", () => {
  it("is not upgraded, but answered in its turn like any other (RFC 9110 §7.8)", async () => {
    let taken = 0;
    const { server, port } = await serve(async ({ path }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { status: 200, body: path };
    });
    server.onUpgrade((_message, socket) => {
      taken++;
      socket.end("taken");
    });
    const wire = await Wire.to(port);
    wire.send(get("/1") + get("/2", "Connection: Upgrade", "Upgrade: websocket"));
    const text = await wire.rest();
    expect(echoed(text)).toEqual(["/1", "/2"]);
    expect(text.match(/connection: close/gi)).toHaveLength(1);
    expect(taken).toBe(0);
  });

  // node:http loses the first part of such a request: the rest must not be read as one of its own.
  it.each([0, 900, 2_000])("is the last that is answered, with %d bytes before the next", async (length) => {
    const paths: string[] = [];
    const { port } = await serve(async ({ path }) => {
      paths.push(path);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { status: 200, body: path };
    });
    const wire = await Wire.to(port);
    const content = `${"x".repeat(length)}${get("/3")}`;
    const post = head("POST /4 HTTP/1.1", "Host: a", `Content-Length: ${content.length}`);
    wire.send(get("/1") + get("/2", "Connection: Upgrade", "Upgrade: h2c") + post + content);
    expect(echoed(await wire.rest())).toEqual(["/1", "/2"]);
    expect(paths).toEqual(["/1", "/2"]);
  });

  it("ends the connection where node:http cannot ignore it, without a byte behind the hand-over", async () => {
    let taken = 0;
    let answer!: () => void;
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { server, port, lines } = await serve(async () => {
      await gate;
      return { status: 200 };
    });
    server.onUpgrade(() => {
      taken++;
    });
    // What a Node before 22.21 does, which knows no `shouldUpgradeCallback`.
    server.node.once("request", (message) => {
      setImmediate(() => server.node.emit("upgrade", message, message.socket, Buffer.alloc(0)));
    });
    const wire = await Wire.to(port);
    wire.send(get("/"));
    expect(await wire.rest()).toBe("");
    answer();
    await eventually(() => lines.map(({ event }) => event)).toEqual(["http.aborted"]);
    expect(taken).toBe(0);
  });

  it("ends the connection when it is CONNECT", async () => {
    const { port } = await serve(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { status: 200, body: "/1" };
    });
    const wire = await Wire.to(port);
    wire.send(get("/1") + head("CONNECT b:443 HTTP/1.1", "Host: b:443"));
    expect(await wire.rest()).not.toContain("501");
  });
});
