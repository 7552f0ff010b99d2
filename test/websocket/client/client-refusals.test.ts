/** `dial.ts`: what an error says of the answer that refused the handshake. */
import { describe, expect, it } from "vitest";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import { accept, connect, failure, type Host, host } from "../host.ts";
import { listen } from "../listen.ts";

/** The error of a client that gets these octets for an answer. */
async function refused(answer: string, options = {}, end = false): ReturnType<typeof failure> {
  const { url, request }: Host = await host();
  const failed = failure(connect(url, [], options));
  const { peer } = await request();
  peer.write(Buffer.from(answer, "latin1"));
  if (end) peer.socket.end();
  const error = await failed;
  await peer.close();
  return error;
}

const answer = (body: string, headers = `Content-Length: ${body.length}\r\n`): string =>
  `HTTP/1.1 403 Forbidden\r\n${headers}\r\n${body}`;

describe("the body of a refusal", () => {
  it("is the problem that our server sends (RFC 9457)", async () => {
    const { url } = await listen({ accept: () => refuse(403, "nö", [["Retry-After", "7"]]) });
    const error = await failure(connect(url));
    expect(error).toMatchObject({ code: "handshake/refused", status: 403 });
    expect(JSON.parse(error.body!)).toMatchObject({ status: 403, detail: "nö" });
    expect(error.headers.get("retry-after")).toEqual(["7"]);
    expect(error.message).toBe("the server answered 403 to the handshake");
  });

  it("is read by its length, in chunks, or to the end of the connection", async () => {
    expect((await refused(answer("hello"))).body).toBe("hello");
    const chunks = "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
    expect((await refused(answer(chunks, "Transfer-Encoding: chunked\r\n"))).body).toBe("hello!");
    expect((await refused(answer("hello", ""), {}, true)).body).toBe("hello");
  });

  it("is undefined when there is none", async () => {
    expect((await refused(answer(""))).body).toBeUndefined();
    expect((await refused("HTTP/1.1 304 x\r\n\r\n")).body).toBeUndefined();
  });

  it("is undefined when it is not legible", async () => {
    const headers = "Content-Encoding: gzip\r\nContent-Length: 2\r\n";
    expect((await refused(answer("\x1f\x8b", headers))).body).toBeUndefined();
  });

  it("is what came of it, when the rest does not come in time or at all", async () => {
    expect((await refused(answer("hel", "Content-Length: 5\r\n"), {}, true)).body).toBe("hel");
    expect((await refused(answer("hel", "Content-Length: 5\r\n"))).body).toBe("hel");
    expect((await refused(answer("hel", ""))).body).toBe("hel");
  });

  it("is what came of it when the handshake's time is over, which is no timeout then", async () => {
    const error = await refused(answer("hel", "Content-Length: 5\r\n"), { handshakeTimeout: 100 });
    expect(error).toMatchObject({ code: "handshake/refused", status: 403, body: "hel" });
  });

  it("is cut at 16 KiB, or where the application wants, and never within a character", async () => {
    expect((await refused(answer("x".repeat(100_000)))).body).toHaveLength(16 * 1024);
    const text = Buffer.from("aä😀").toString("latin1");
    const bodies = [];
    for (let maxBodyBytes = 0; maxBodyBytes <= 8; maxBodyBytes++) {
      bodies.push((await refused(answer(text), { maxBodyBytes })).body);
    }
    expect(bodies).toEqual([undefined, "a", "a", "aä", "aä", "aä", "aä", "aä😀", "aä😀"]);
  });
});

describe("an answer that goes on", () => {
  it("is not waited for once it is more than is kept", async () => {
    const { url, request } = await host();
    const failed = failure(connect(url));
    const { peer } = await request();
    peer.write(answer("", "Transfer-Encoding: chunked\r\n"));
    const flood = setInterval(() => peer.write(`4000\r\n${"x".repeat(0x4000)}\r\n`), 1);
    expect((await failed).body).toHaveLength(16 * 1024);
    clearInterval(flood);
    await peer.close();
  });

  it("does not become a handshake when a refusal is followed by an answer 101", async () => {
    const { url, request } = await host();
    const failed = failure(connect(url));
    const { peer, key } = await request();
    peer.write(`${answer("no")}${accept(key)}`);
    expect(await failed).toMatchObject({ code: "handshake/refused", status: 403 });
    await peer.close();
  });
});
