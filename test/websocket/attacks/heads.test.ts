/** RFC 9112, RFC 6455 §4.2.1: requests that do not end, do not begin, or mean two things. */
import { describe, expect, it } from "vitest";
import { connectPeer, openPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
import { handshake } from "../raw-peer.ts";
import { bystander, flood, growth, KIB, MIB, places, settle, times, victim } from "./victim.ts";

const ownPorts = ["direct", "portable"] as const;
const LINE = "GET / HTTP/1.1\r\nHost: a\r\n";

describe.each(ownPorts)("a request head, %s", (place) => {
  it.each([
    ["one header line", Buffer.alloc(64 * KIB, "x"), `${LINE}X: `],
    ["header lines", times(4 * KIB, Buffer.from("X-Abcdefgh: 1\r\n")), LINE],
    ["empty lines", times(32 * KIB, Buffer.from("\r\n")), ""],
    ["one request line", Buffer.alloc(64 * KIB, "x"), "GET /"],
  ])("without end, of %s, is answered before it takes memory", async (what, block, start) => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const grown = await growth();
    const peer = await connectPeer(port);
    peer.write(start);
    await flood(peer, block, 64);
    const { status } = await peer.answer();
    expect(status).toBe(what === "empty lines" ? 400 : 431);
    await peer.end();
    await served();
    expect(heard).toEqual([]);
    peer.received = Buffer.alloc(0);
    expect(await grown()).toBeLessThan(2 * MIB); // of the 4 MiB that were offered
  });

  it("of 16 KiB is taken, with one octet more it gets 431, wherever it is cut", async () => {
    const { port } = await victim(place);
    for (const [size, expected] of [
      [16 * KIB, 101],
      [16 * KIB + 1, 431],
    ] as const) {
      const empty = handshake({ X: "" });
      const head = handshake({ X: "x".repeat(size - empty.length) });
      expect(head).toHaveLength(size);
      for (const cut of [1, 8 * KIB, size - 1]) {
        const peer = await connectPeer(port);
        peer.write(head.slice(0, cut));
        await settle(peer);
        peer.write(head.slice(cut));
        expect((await peer.answer()).status).toBe(expected);
      }
    }
  });

  it("that comes octet by octet gets 408 when its time is over, and 101 before", async () => {
    const { port, heard } = await victim(place, { handshakeTimeout: 300 });
    const served = await bystander(port);
    const quick = await connectPeer(port);
    for (const octet of handshake()) quick.write(octet);
    expect((await quick.answer()).status).toBe(101);
    const slow = await connectPeer(port);
    while (slow.receivedBytes === 0) {
      slow.write("G");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await slow.answer()).status).toBe(408);
    await slow.end();
    await served();
    expect(heard).toHaveLength(1);
  });

  it("that never comes counts: the next connection gets 503, until the first ones are gone", async () => {
    const { port, heard } = await victim(place, { maxConnections: 101 });
    const served = await bystander(port);
    const grown = await growth();
    const silent = await Promise.all(Array.from({ length: 100 }, () => connectPeer(port)));
    const refused = await connectPeer(port);
    expect(await refused.answer()).toMatchObject({ status: 503, headers: { "retry-after": "10" } });
    expect(await grown()).toBeLessThan(101 * 16 * KIB);
    await served();
    for (const peer of silent) peer.socket.destroy();
    await Promise.all(silent.map((peer) => peer.close()));
    await eventually(() => openPeer(port));
    expect(heard.length).toBeGreaterThan(0);
  });

  it("is limited by address, too", async () => {
    const { port } = await victim(place, { maxConnectionsPerAddress: 2 });
    const served = await bystander(port);
    await connectPeer(port);
    const refused = await connectPeer(port);
    expect((await refused.answer()).status).toBe(503);
    await served();
  });

  it.each([
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ["a TLS hello", Buffer.from("16030100c8010000c40303", "hex"), 400],
    ["an SSH banner", "SSH-2.0-OpenSSH_9.6\r\n", 400],
    ["octets of zero", Buffer.alloc(4 * KIB), 400],
    ["a line with two spaces", handshake({}, "GET  / HTTP/1.1"), 400], // `node:http` takes them for one
    ["HTTP/1.0", handshake({}, "GET / HTTP/1.0"), 505],
  ])("that is %s is answered and closed", async (_, octets, status) => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await connectPeer(port);
    peer.write(octets);
    expect((await peer.answer()).status).toBe(status);
    await peer.end();
    await served();
    expect(heard).toEqual([]);
  });
});

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

describe.each(places)("RFC 9112 §11.2 a request that could be read in two ways, %s", (place) => {
  it.each([
    ["a body of Content-Length", `${handshake({ "Content-Length": "36" })}${smuggled}`],
    ["two lengths", handshake({ "Content-Length": ["0", "36"] })],
    ["a list of lengths", handshake({ "Content-Length": "0, 36" })],
    ["a length with a sign", handshake({ "Content-Length": "+0" })],
    ["chunks", `${handshake({ "Transfer-Encoding": "chunked" })}0\r\n\r\n${smuggled}`],
    ["chunks and a length", handshake({ "Transfer-Encoding": "chunked", "Content-Length": "0" })],
    ["an unknown coding", handshake({ "Transfer-Encoding": "xchunked" })],
    ["a space before the colon", handshake({ "Content-Length ": "36" })],
    ["obsolete folding", handshake({ X: "1\r\n 2" })],
    ["a bare LF", handshake().replace("\r\n", "\n")],
    ["a bare CR", handshake({ X: "1\rContent-Length: 36" })],
    ["a NUL", handshake({ X: "1\0" })],
    ["two Hosts", handshake({ Host: ["a", "b"] })],
    ["a tab in its line", handshake({}, "GET\t/ HTTP/1.1")],
    ["a target of another protocol", handshake({}, "GET ftp://a/ HTTP/1.1")],
    ["a target with a fragment", handshake({}, "GET /#a HTTP/1.1")],
  ])("is refused with 400 for %s, and what follows is not looked at", async (_, octets) => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await connectPeer(port);
    peer.write(octets);
    const { status } = await peer.answer();
    expect(status).toBe(400);
    await peer.end();
    expect(peer.received.toString("latin1")).not.toContain("HTTP/1.1");
    expect(heard).toEqual([]);
    await served();
  });

  it("ends at its empty line: a second one in the same segment is octets of frames", async () => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await connectPeer(port);
    peer.write(handshake() + handshake({}, "GET /smuggled HTTP/1.1"));
    expect((await peer.answer()).status).toBe(101);
    expect(await peer.frames(1)).toEqual([expect.stringMatching(/^8 03ea/)]); // 1002: "GE" is no masked frame
    await peer.end();
    expect(heard.map(({ request }) => request.path)).toEqual(["/"]);
    await served();
  });
});

describe.each(places)("RFC 9110 §5.5 what a peer says, %s", (place) => {
  it("does not come back in the answer's headers", async () => {
    const { port } = await victim(place, { subprotocols: ["chat"] });
    for (const value of ["chat\r\nX-Injected: 1", "chat\rX-Injected: 1", "chat, \u010dX-Injected:1"]) {
      const peer = await connectPeer(port);
      peer.socket.write(handshake({ "Sec-WebSocket-Protocol": value }), "latin1");
      const { headers } = await peer.answer();
      expect(headers["x-injected"]).toBeUndefined();
    }
  });

  it("is not repeated in a refusal: neither its cookie nor its token, path or key", async () => {
    const { port } = await victim(place, { path: "/there" });
    const secrets = {
      Cookie: "sid=SECRET",
      Authorization: "Bearer SECRET",
      Origin: "https://SECRET.example",
    };
    for (const [line, headers] of [
      ["GET /SECRET?token=SECRET HTTP/1.1", secrets],
      ["GET /there?token=SECRET HTTP/1.1", secrets],
      ["GET /there HTTP/1.1", { ...secrets, "Sec-WebSocket-Key": "SECRET" }],
      ["GET /there HTTP/1.1", { ...secrets, "Sec-WebSocket-Version": "SECRET" }],
    ] as const) {
      const peer = await connectPeer(port);
      peer.write(handshake(headers, line));
      const answer = await peer.answer();
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(answer)).not.toContain("SECRET");
    }
  });
});
