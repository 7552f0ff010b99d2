import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { acceptUpgrade } from "../../../src/websocket/handshake/handshake.ts";
import { type RequestHead, RequestHeadReader } from "../../../src/websocket/handshake/request-head.ts";
import { UpgradeRequest } from "../../../src/websocket/handshake/upgrade-request.ts";
import { handshake } from "../raw-peer.ts";

function request(url: string, rawHeaders: string[] = []): UpgradeRequest {
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { url, method: "GET", httpVersion: "1.1" });
  message.rawHeaders.push(...rawHeaders);
  return new UpgradeRequest(message);
}

describe("a request as plain data", () => {
  const data = {
    method: "GET",
    target: "/chat?a=b",
    httpVersion: "1.1",
    rawHeaders: ["Host", "x", "COOKIE", "a=b", "cookie", "c=d"],
    secure: true,
    remoteAddress: "192.0.2.1",
  };

  it("is the same as one of node:http", () => {
    const { rawHeaders, ...rest } = data;
    expect(new UpgradeRequest(data)).toMatchObject({ ...rest, path: "/chat" });
    expect(new UpgradeRequest(data).header("Cookie")).toBe("a=b, c=d");
    const message = new IncomingMessage(new Socket());
    Object.assign(message, { url: data.target, method: "GET", httpVersion: "1.1" });
    message.rawHeaders.push(...rawHeaders);
    expect(UpgradeRequest.of(message)).toEqual(
      new UpgradeRequest({ ...data, secure: false, remoteAddress: "" }),
    );
    expect(UpgradeRequest.of(message)).toEqual(new UpgradeRequest(message));
  });

  it("may come from our own reader", () => {
    const head = new RequestHeadReader().push(Buffer.from(handshake({}, "GET /a?b=c HTTP/1.1")));
    expect(head).toHaveProperty("end");
    const from = { secure: true, remoteAddress: "192.0.2.1" };
    const request = new UpgradeRequest({ ...(head as RequestHead), ...from });
    expect(request).toMatchObject({ ...from, path: "/a", target: "/a?b=c", httpVersion: "1.1" });
    expect(acceptUpgrade(request)).toMatchObject({ accepted: true });
  });

  it("is a handshake whatever white space is around its values, and is none with it inside", () => {
    const decide = (change: (text: string) => string): unknown => {
      const head = new RequestHeadReader().push(Buffer.from(change(handshake()), "latin1"));
      const request = new UpgradeRequest({ ...(head as RequestHead), secure: false, remoteAddress: "" });
      const answer = acceptUpgrade(request);
      return answer.accepted || answer.status;
    };
    expect(decide((text) => text.replace(/: (.*)/g, ":\t  $1 \t"))).toBe(true);
    expect(decide((text) => text.replace(/: (.*)/g, ":$1"))).toBe(true);
    expect(decide((text) => text.replace(": 13", ": 1 3"))).toBe(426);
    expect(decide((text) => text.replace(": 13", ": 13\xa0"))).toBe(426);
    expect(decide((text) => text.replace("==", "= ="))).toBe(400);
    expect(decide((text) => text.replace("Connection: Upgrade", "Connection: Upgrade\xa0"))).toBe(400);
  });
});

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
