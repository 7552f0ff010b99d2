import { createSocket } from "node:dgram";
import { getEventListeners, once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { stunBinding } from "../../src/stun/client.ts";
import { shortTermKey } from "../../src/stun/credentials.ts";
import { StunServer, type StunServerOptions } from "../../src/stun/server.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(options: StunServerOptions = {}): Promise<number> {
  const server = new StunServer(options);
  open.push(() => server.close());
  return (await server.listen({ port: 0, host: "127.0.0.1" })).port;
}

/** A UDP socket that never answers, and counts what it hears. */
async function mute(): Promise<{ port: number; heard: Buffer[] }> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  open.push(() => socket.close());
  await once(socket, "listening");
  const heard: Buffer[] = [];
  socket.on("message", (bytes) => heard.push(bytes));
  return { port: socket.address().port, heard };
}

const host = "127.0.0.1";
const authenticate = (username: string): Uint8Array | undefined =>
  username === "anna" ? shortTermKey("secret") : undefined;
const credentials = { username: "anna", password: "secret" };
const transports = ["udp", "tcp"] as const;

describe("RFC 8489 §6.2 a client", () => {
  it("sends the same request again and again, and gives up", async () => {
    const { port, heard } = await mute();
    const asked = stunBinding({ host, port, rto: 2, rc: 4, rm: 2 });
    await expect(asked).rejects.toMatchObject({ name: "StunError", code: "stun/timeout" });
    await expect.poll(() => heard.length).toBe(4);
    expect(new Set(heard.map((bytes) => bytes.toString("hex"))).size).toBe(1);
  });

  it("gives up over TCP after its time", async () => {
    const server = createServer((socket) => open.push(() => socket.destroy())).listen(0, host);
    open.push(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const asked = stunBinding({ host, port, transport: "tcp", ti: 5 });
    await expect(asked).rejects.toMatchObject({ code: "stun/timeout" });
  });

  it.each([
    ["hangs up", (socket: Socket) => socket.end(), "stun/unreachable"],
    [
      "talks HTTP",
      (socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "stun/invalid-response",
    ],
  ])("fails when the server %s", async (_what, behave, code) => {
    const server = createServer((socket) => void behave(socket)).listen(0, host);
    open.push(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(stunBinding({ host, port, transport: "tcp" })).rejects.toMatchObject({ code });
  });

  it.each(transports)("hears over %s that nobody is there", async (transport) => {
    const { port } = await mute();
    for (const close of open.splice(0)) await close();
    await expect(stunBinding({ host, port, transport })).rejects.toMatchObject({ code: "stun/unreachable" });
  });

  it("fails when the name does not resolve", async () => {
    const asked = stunBinding({ host: "no-such-host.invalid" });
    await expect(asked).rejects.toMatchObject({ code: "stun/unreachable" });
  });

  it("ends when it is told to, before and during", async () => {
    const { port } = await mute();
    const expected = { code: "stun/aborted" };
    await expect(stunBinding({ host, port, signal: AbortSignal.abort() })).rejects.toMatchObject(expected);
    const controller = new AbortController();
    const asked = stunBinding({ host, port, signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(asked).rejects.toMatchObject(expected);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it.each([{ port: 0 }, { port: 65_536 }, { rto: 0 }])("refuses options that cannot be: %j", async (bad) => {
    await expect(stunBinding({ host, ...bad })).rejects.toThrow(RangeError);
  });

  it("asks from where it is told", async () => {
    const { port: localPort } = await mute();
    for (const close of open.splice(0)) await close();
    const { local } = await stunBinding({ host, port: await serve(), localAddress: host, localPort });
    expect(local).toEqual({ address: host, port: localPort });
  });
});

describe("RFC 8489 §9.1 a client with short-term credentials", () => {
  it.each(transports)("is answered over %s, and knows by whom", async (transport) => {
    const port = await serve({ authenticate, software: "Barewire" });
    for (const integrity of ["both", "sha1", "sha256"] as const) {
      const binding = await stunBinding({
        host,
        port,
        transport,
        credentials: { ...credentials, integrity },
      });
      expect(binding).toMatchObject({ software: "Barewire", mapped: binding.local });
    }
  });

  it.each(transports)("believes over %s no server that does not know them", async (transport) => {
    const port = await serve({ authenticate });
    const wrong = { username: "anna", password: "guess" };
    const asked = stunBinding({ host, port, transport, credentials: wrong, rto: 250, rc: 1, rm: 1 });
    await expect(asked).rejects.toMatchObject({ code: "stun/integrity", status: 401 });
  });

  it("is refused without them", async () => {
    const asked = stunBinding({ host, port: await serve({ authenticate }) });
    await expect(asked).rejects.toMatchObject({ code: "stun/refused", status: 400 });
  });
});

describe("RFC 8489 §10 a client that is redirected", () => {
  const redirecting = (port: number): Promise<number> =>
    serve({ authenticate, alternateServer: { ipv4: { address: host, port } } });

  it.each(transports)("asks the other server over %s", async (transport) => {
    const target = await serve({ authenticate });
    const port = await redirecting(target);
    const { server } = await stunBinding({ host, port, transport, credentials });
    expect(server).toEqual({ address: host, port: target });
  });

  it("goes no further than that", async () => {
    const port = await redirecting(await redirecting(await serve({ authenticate })));
    const asked = stunBinding({ host, port, credentials });
    await expect(asked).rejects.toMatchObject({ code: "stun/redirect", status: 300 });
  });
});
