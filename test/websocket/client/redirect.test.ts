import { describe, expect, it } from "vitest";
import { type DialRequest, readArguments } from "../../../src/websocket/client/client-options.ts";
import { isRedirect, redirected } from "../../../src/websocket/client/redirect.ts";
import { WebSocketHandshakeError } from "../../../src/websocket/errors.ts";

const SECRETS = {
  headers: {
    Authorization: "Bearer secret",
    Cookie: "secret",
    "Proxy-Authorization": "secret",
    "X-Api-Key": "secret",
    Host: "secret",
  },
  origin: "https://page.example",
  tls: {
    ...{ ca: "trusted", rejectUnauthorized: true, minVersion: "TLSv1.3" as const },
    ...{ cert: "secret", key: "secret", passphrase: "secret", ticketKeys: Buffer.from("secret") },
    ...{ clientCertEngine: "secret", privateKeyEngine: "secret", privateKeyIdentifier: "secret" },
    // What the types do not name reaches node:tls, too.
    ...{ secureContext: "secret", session: "secret", pskCallback: () => "secret", socket: "secret" },
  },
};

const from = (url: string): DialRequest => readArguments(url, [], SECRETS);

const answer = (status: number, ...locations: string[]): WebSocketHandshakeError =>
  new WebSocketHandshakeError("handshake/refused", "", {
    status,
    headers: new Map(locations.length > 0 ? [["location", locations]] : []),
  });

const follow = (url: string, location: string): DialRequest | undefined =>
  redirected(from(url), answer(302, location));

describe("RFC 9110 §15.4 an answer that redirects", () => {
  it("has one of five status codes", () => {
    const codes = Array.from({ length: 500 }, (_, i) => i + 100).filter(isRedirect);
    expect(codes).toEqual([301, 302, 303, 307, 308]);
    expect(isRedirect(undefined)).toBe(false);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`leads on: ${status}`, () => {
      const next = redirected(from("ws://a.example/"), answer(status, "/b"));
      expect(next).toEqual({ ...from("ws://a.example/b") });
    });
  }

  it("leads nowhere without one Location, nor with another status", () => {
    expect(redirected(from("ws://a.example/"), answer(302))).toBeUndefined();
    expect(redirected(from("ws://a.example/"), answer(302, "/b", "/c"))).toBeUndefined();
    for (const status of [300, 304, 305, 306, 401, 503]) {
      expect(redirected(from("ws://a.example/"), answer(status, "/b")), `${status}`).toBeUndefined();
    }
  });

  const rows: readonly (readonly [from: string, location: string, to: string])[] = [
    ["ws://a.example/x/y?q", "/z", "ws://a.example/z"],
    ["ws://a.example/x/y?q", "z?r", "ws://a.example/x/z?r"],
    ["ws://a.example/x/y?q", "?r", "ws://a.example/x/y?r"],
    ["ws://a.example/x", "//b.example/y", "ws://b.example/y"],
    ["ws://a.example/", "http://b.example/y", "ws://b.example/y"],
    ["ws://a.example/", "https://b.example/y", "wss://b.example/y"],
    ["ws://a.example/", "ws://b.example:8080/", "ws://b.example:8080/"],
    ["ws://a.example/", "wss://a.example/", "wss://a.example/"],
    ["wss://a.example/", "https://a.example/", "wss://a.example/"],
    ["wss://a.example/", "//a.example:444/", "wss://a.example:444/"],
    ["ws://a.example/", "/b#fragment", "ws://a.example/b"],
    ["ws://a.example/", "http://you:theirs@a.example/", "ws://a.example/"],
  ];
  for (const [start, location, to] of rows) {
    it(`leads from ${start} by ${location} to ${to}`, () => {
      expect(follow(start, location)?.url.href).toBe(to);
    });
  }

  for (const [start, location] of [
    ["wss://a.example/?token=secret", "ws://a.example/?token=secret"],
    ["wss://a.example/", "http://b.example/"],
    ["ws://a.example/", "ftp://secret.example/"],
    ["ws://a.example/", "javascript:secret"],
    ["ws://a.example/", "file:///secret"],
    ["ws://a.example/", "http://secret:99999/"],
    ["ws://a.example/", "http://"],
  ] as const) {
    it(`is not followed from ${start} to ${location}, and the error names no URL`, () => {
      const attempt = (): unknown => follow(start, location);
      expect(attempt).toThrow(expect.objectContaining({ code: "handshake/redirect", status: 302 }));
      expect(attempt).not.toThrow("secret");
    });
  }
});

describe("credentials on a redirect", () => {
  it("go on to the same origin", () => {
    for (const [start, location] of [
      ["ws://a.example/", "/b"],
      ["ws://a.example/", "http://A.example:80/b"],
      ["wss://a.example/", "wss://a.example:443/b"],
    ] as const) {
      const next = follow(start, location)!;
      expect(next).toEqual({ ...from(start), url: next.url });
    }
  });

  for (const [start, location] of [
    ["ws://a.example/", "ws://b.example/"],
    ["ws://a.example/", "ws://sub.a.example/"],
    ["ws://a.example/", "ws://a.example.b.example/"],
    ["ws://a.example/", "ws://a.example:81/"],
    ["ws://a.example/", "wss://a.example/"],
    ["wss://a.example/", "wss://a.example:444/"],
    ["ws://127.0.0.1/", "ws://localhost/"],
  ] as const) {
    it(`do not go from ${start} to ${location}`, () => {
      const next = follow(start, location)!;
      expect(next.headers).toEqual({ Origin: "https://page.example" });
      expect(next.tls).toEqual({ ca: "trusted", rejectUnauthorized: true, minVersion: "TLSv1.3" });
      expect(JSON.stringify(next)).not.toContain("secret");
    });
  }

  it("do not come back on the way back", () => {
    const away = follow("ws://a.example/", "ws://b.example/")!;
    const back = redirected(away, answer(302, "ws://a.example/"))!;
    expect(back.headers).toEqual({ Origin: "https://page.example" });
  });

  it("are left out, those of the URL, too", () => {
    const request = readArguments("ws://me:secret@a.example/", [], {});
    expect(redirected(request, answer(302, "/b"))!.headers).toHaveProperty("Authorization");
    expect(redirected(request, answer(302, "//b.example/"))!.headers).toEqual({});
  });
});

describe("subprotocols on a redirect", () => {
  const spoken = ["chat", "bearer.secret"];
  const request = readArguments("ws://a.example/", spoken, {});

  it("go on to the same origin", () => {
    expect(redirected(request, answer(307, "/b"))?.subprotocols).toEqual(spoken);
  });

  for (const location of ["ws://b.example/", "ws://a.example:81/", "wss://a.example/"]) {
    it(`are not shown to another, nor left out: it is not followed to ${location}`, () => {
      const attempt = (): unknown => redirected(request, answer(307, location));
      expect(attempt).toThrow(expect.objectContaining({ code: "handshake/redirect", status: 307 }));
      expect(attempt).toThrow("subprotocols do not go to another origin");
      expect(attempt).not.toThrow("secret");
    });
  }
});
