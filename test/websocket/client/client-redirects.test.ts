/** `client.ts`: redirects that are followed, as the servers on the way see them. */
import { describe, expect, it } from "vitest";
import type { WebSocketOptions } from "../../../src/websocket/client/client.ts";
import { accept, connect, failure, type Host, host } from "../host.ts";
import { nextEvent } from "../next-event.ts";

/** Answers the next request of a host; returns what it said. */
async function answer({ request }: Host, make: (key: string) => string): Promise<string> {
  const { peer, head, key } = await request();
  peer.write(make(key));
  return head;
}

const to =
  (location: string, status = 302) =>
  (): string =>
    `HTTP/1.1 ${status} x\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

const secrets: WebSocketOptions = {
  followRedirects: 5,
  headers: { Authorization: "Bearer secret", Cookie: "secret", "X-Api-Key": "secret" },
};

describe("RFC 6455 §4.1 a client that follows redirects", () => {
  it("asks again where it is sent, with another key, and keeps its own url", async () => {
    const [first, second] = [await host(), await host()];
    const client = connect(`${first.url}a`, [], { followRedirects: 1 });
    const heads = [await answer(first, to(`http://127.0.0.1:${second.port}/b?c`, 308))];
    heads.push(await answer(second, accept));
    await nextEvent(client, "open");
    expect(client.url).toBe(`${first.url}a`);
    expect(heads[0]).toMatch(/^GET \/a HTTP/);
    expect(heads[1]).toMatch(/^GET \/b\?c HTTP/);
    expect(heads[1]).toContain(`Host: 127.0.0.1:${second.port}\r\n`);
    const keys = heads.map((head) => /Sec-WebSocket-Key: (\S+)/.exec(head)![1]);
    expect(keys[0]).not.toBe(keys[1]);
    await first.peers[0]!.close();
  });

  it("shows its credentials to the same origin, and to no other", async () => {
    const [first, second] = [await host(), await host()];
    const client = connect(first.url, [], secrets);
    expect(await answer(first, to("/again"))).toContain("secret");
    expect(await answer(first, to(second.url))).toContain("secret");
    expect(await answer(second, to(first.url))).not.toContain("secret");
    expect(await answer(first, accept)).not.toContain("secret");
    await nextEvent(client, "open");
  });

  it("shows user and password of the URL to nobody else", async () => {
    const [first, second] = [await host(), await host()];
    const client = connect(first.url.replace("//", "//me:secret@"), [], { followRedirects: 1 });
    expect(client.url).toBe(first.url);
    expect(await answer(first, to(second.url))).toContain("Authorization: Basic bWU6c2VjcmV0\r\n");
    expect(await answer(second, accept)).not.toMatch(/authorization/i);
    await nextEvent(client, "open");
  });

  it("offers its subprotocols again where it is sent within the same origin", async () => {
    const one = await host();
    const client = connect(one.url, ["chat"], { followRedirects: 1 });
    await answer(one, to("/b"));
    const head = await answer(one, (key) => accept(key, { "Sec-WebSocket-Protocol": "chat" }));
    await nextEvent(client, "open");
    expect(head).toContain("Sec-WebSocket-Protocol: chat\r\n");
    expect(client.subprotocol).toBe("chat");
  });

  it("does not ask another origin when it has subprotocols, which may hold a token, and says where it was sent", async () => {
    const [first, second] = [await host(), await host()];
    const failed = failure(connect(first.url, ["chat", "bearer.secret"], { followRedirects: 1 }));
    await answer(first, to(second.url));
    const error = await failed;
    expect(error).toMatchObject({ code: "handshake/redirect", status: 302 });
    expect(error.headers.get("location")).toEqual([second.url]);
    expect(second.peers).toHaveLength(0);
  });

  it("goes so often as it is told, and no more", async () => {
    const one = await host();
    const failed = failure(connect(one.url, [], { followRedirects: 2 }));
    for (let i = 0; i < 3; i++) await answer(one, to(`/${i}`));
    expect(await failed).toMatchObject({ code: "handshake/redirect", status: 302 });
    expect(one.peers).toHaveLength(3);
  });

  it("fails with what it finds there", async () => {
    const one = await host();
    const failed = failure(connect(one.url, [], { followRedirects: 2 }));
    await answer(one, to("/there"));
    await answer(one, () => "HTTP/1.1 404 x\r\nContent-Length: 2\r\n\r\nno");
    expect(await failed).toMatchObject({ code: "handshake/refused", status: 404, body: "no" });
  });

  it("fails where a redirect leads to no WebSocket, or nowhere", async () => {
    const one = await host();
    const lost = failure(connect(one.url, [], { followRedirects: 2 }));
    await answer(one, to("mailto:secret@example.com"));
    const error = await lost;
    expect(error).toMatchObject({ code: "handshake/redirect", status: 302 });
    expect(error.message).not.toContain("secret");
    const nowhere = failure(connect(one.url, [], { followRedirects: 2 }));
    await answer(one, () => "HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n");
    expect(await nowhere).toMatchObject({ code: "handshake/refused", status: 302 });
  });

  it("has one time limit for all of them", async () => {
    const one = await host();
    const failed = failure(connect(one.url, [], { followRedirects: 1_000, handshakeTimeout: 100 }));
    let over = false;
    void failed.then(() => {
      over = true;
    });
    let redirects = 0;
    while (!over) {
      const next = await Promise.race([one.request(), failed]);
      if (!("peer" in next)) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
      next.peer.write(to(`/${redirects++}`)());
    }
    expect(await failed).toMatchObject({ code: "handshake/timeout" });
    expect(redirects).toBeGreaterThan(0);
  });

  it("can be closed on the way", async () => {
    const one = await host();
    const client = connect(one.url, [], { followRedirects: 1 });
    const failed = failure(client);
    await answer(one, to("/b"));
    const { peer } = await one.request();
    client.close();
    expect(await failed).toMatchObject({ code: "handshake/aborted" });
    await peer.close();
  });
});
