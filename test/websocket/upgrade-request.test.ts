import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { UpgradeRequest } from "../../src/websocket/upgrade-request.ts";

function request(url: string, rawHeaders: string[] = []): UpgradeRequest {
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { url, method: "GET", httpVersion: "1.1" });
  message.rawHeaders.push(...rawHeaders);
  return new UpgradeRequest(message);
}

describe("the request of an opening handshake", () => {
  const targets: readonly (readonly [target: string, path: string, query: Record<string, string>])[] = [
    ["/", "/", {}],
    ["/chat", "/chat", {}],
    ["/chat?room=lobby&name=a%20b", "/chat", { room: "lobby", name: "a b" }],
    ["/chat?", "/chat", {}],
    ["/a?b?c", "/a", { "b?c": "" }],
    ["/http://x/y", "/http://x/y", {}],
    ["http://host:80/chat?x=1", "/chat", { x: "1" }],
    ["HTTPS://host/chat", "/chat", {}],
    ["http://host", "/", {}],
    ["http://host?x=/y", "/", { x: "/y" }],
    ["", "/", {}],
  ];
  for (const [target, path, query] of targets) {
    it(`reads path and query of the target ${JSON.stringify(target)}`, () => {
      expect(request(target)).toMatchObject({ target, path });
      expect(Object.fromEntries(request(target).query)).toEqual(query);
    });
  }

  it("joins the lines of one header, under a name of any case", () => {
    const read = request("/", ["X-A", "1", "x-a", "2"]);
    expect(read.header("X-a")).toBe("1, 2");
    expect(read.header("x-b")).toBeUndefined();
  });

  it("knows no address of a peer that is gone, and plain TCP from TLS", () => {
    expect(request("/")).toMatchObject({
      remoteAddress: "",
      secure: false,
      method: "GET",
      httpVersion: "1.1",
    });
  });
});
