import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { generateKey } from "../../src/jwt/generate.ts";
import { exportJwk } from "../../src/jwt/key.ts";
import { remoteKeySet } from "../../src/jwt/remote-jwks.ts";
import type { RemoteKeySetOptions } from "../../src/jwt/remote-jwks-options.ts";
import { selfSigned } from "../websocket/self-signed.ts";
import { type Answer, answering, failureOf, JwksServer, publishing, rejection } from "./jwks-server.ts";

const jwk = exportJwk(await generateKey("ES256", { kid: "1" }));
const good = publishing([jwk]);
const text = JSON.stringify({ keys: [jwk] });

let server: JwksServer;
const remote = (options: Partial<RemoteKeySetOptions> = {}, url = server.url) =>
  remoteKeySet(url, { algorithms: ["ES256"], ...options });
const fetchKid = async (options?: Partial<RemoteKeySetOptions>, url?: string) =>
  (await remote(options, url).choose({ alg: "ES256", kid: "1" }))?.kid;
/** A body without a length, of which the end is that of the connection (RFC 9112 §6.3). */
const endless =
  (body: string, then: (socket: Socket) => void = () => {}): Answer =>
  (_request, response) => {
    const socket = response.socket!;
    socket.write(`HTTP/1.1 200 OK\r\n\r\n${body}`, () => setTimeout(() => then(socket), 20));
  };
/** The name of the key that was fetched, or why it was not; with no connection left behind. */
const verdict = async (answer: Answer, options?: Partial<RemoteKeySetOptions>) => {
  server.answer = answer;
  const code = await rejection(fetchKid(options));
  await server.isLeftAlone();
  return code;
};

beforeEach(async () => {
  server = await JwksServer.start(good);
});
afterEach(async () => {
  await server.stop();
});

describe("RFC 9110 §15 status", () => {
  it.each([201, 203, 204, 206, 304, 400, 401, 404, 429, 500, 503, 299, 999])(
    "%i is no success",
    async (status) => {
      const answer: Answer = (_request, response) => {
        response
          .writeHead(status, { "Content-Type": "application/json" })
          .end(status === 204 || status === 304 ? "" : text);
      };
      expect(await verdict(answer)).toBe("jwks/unreachable");
      expect(await verdict(good)).toBe("1");
    },
  );

  it("is waited for behind an early hint", async () => {
    expect(
      await verdict((request, response) => {
        response.writeEarlyHints({ link: "</jwks.json>; rel=preload" });
        good(request, response);
      }),
    ).toBe("1");
  });
});

describe("RFC 9110 §15.4 redirects", () => {
  const moving =
    (location: string, status = 302): Answer =>
    (request, response) => {
      if (request.url === "/jwks.json") response.writeHead(status, { Location: location }).end("moved");
      else good(request, response);
    };

  it.each([301, 302, 303, 307, 308])("%i is followed within the origin", async (status) => {
    expect(await verdict(moving("/keys", status))).toBe("1");
    expect(server.requests.map(({ url }) => url)).toEqual(["/jwks.json", "/keys"]);
    expect(server.requests[1]!.method).toBe("GET");
    expect(await verdict(moving(`${server.origin}/keys`, status))).toBe("1");
  });

  it("are followed three times, and no further", async () => {
    const hopping =
      (hops: number): Answer =>
      (request, response) => {
        const hop = Number(request.url?.slice(1)) || 0;
        if (hop === hops) good(request, response);
        else response.writeHead(302, { Location: `/${hop + 1}` }).end();
      };
    expect(await verdict(hopping(3))).toBe("1");
    expect(await verdict(hopping(4))).toBe("jwks/unreachable");
  });

  it("that go in a circle end", async () => {
    expect(await verdict(moving("/jwks.json"))).toBe("jwks/unreachable");
    expect(server.requests).toHaveLength(4);
  });

  it("never lead to another origin", async () => {
    const other = await JwksServer.start(good);
    try {
      const port = new URL(other.url).port;
      const elsewhere = [
        other.url,
        `//127.0.0.1:${port}/jwks.json`,
        `http://localhost:${new URL(server.url).port}/keys`,
        `${server.origin.replace("http:", "https:")}/keys`,
        `${server.origin.replace("http://", "http://user@")}/keys`,
        `${server.origin.replace("http://", "http://:password@")}/keys`,
        `${server.origin.replace("127.0.0.1", "127.0.0.2")}/keys`,
        "file:///etc/passwd",
        `data:application/json,${encodeURIComponent(text)}`,
        `blob:${server.origin}/keys`,
        "http://[",
        "",
      ];
      for (const location of elsewhere) expect(await verdict(moving(location))).toBe("jwks/unreachable");
      expect(other.requests).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it("without a target are no answer", async () => {
    expect(await verdict((_request, response) => response.writeHead(302).end(text))).toBe("jwks/unreachable");
    expect(
      await verdict((_request, response) => response.writeHead(300, { Location: "/keys" }).end(text)),
    ).toBe("jwks/unreachable");
  });
});

describe("size", () => {
  it("is counted while reading, so that an endless body costs no more than the limit", async () => {
    let sent = 0;
    const growing: Answer = (_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(16_384))) sent += 16_384;
      };
      response.on("drain", more);
      more();
    };
    expect(await verdict(growing)).toBe("jwks/too-large");
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it("is believed when it is announced too great", async () => {
    const announced: Answer = (_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 131_073 }).write("{");
    };
    expect(await verdict(announced)).toBe("jwks/too-large");
  });

  it("may be all of the limit", async () => {
    const padded = (size: number) => answering(text.padEnd(size));
    expect(await verdict(padded(131_072))).toBe("1");
    expect(await verdict(padded(131_073))).toBe("jwks/too-large");
    expect(await verdict(padded(1000), { maxBytes: 1000 })).toBe("1");
    expect(await verdict(padded(1001), { maxBytes: 1000 })).toBe("jwks/too-large");
  });

  it("of the header section is bounded too", async () => {
    expect(await verdict(publishing([jwk], { Padding: "x".repeat(20_000) }))).toBe("jwks/unreachable");
    expect(await verdict(publishing([jwk], { Padding: "x".repeat(10_000) }))).toBe("1");
  });
});

describe("time", () => {
  it.each<[string, Answer]>([
    ["never answers", () => {}],
    ["sends its header section and no more", (_request, response) => response.writeHead(200).flushHeaders()],
    [
      "drips, so that there is always something new",
      (_request, response) => {
        response.writeHead(200, { "Content-Type": "application/json" });
        const drip = setInterval(() => response.write(" "), 5);
        response.on("close", () => clearInterval(drip));
      },
    ],
    ["sends a whole set, and does not say that it is whole", endless(text)],
    ["sends a part of a set, and does not say how long it is", endless(text.slice(0, 20))],
    [
      "redirects, slowly each time",
      (request, response) => {
        setTimeout(() => response.writeHead(302, { Location: `${request.url}x` }).end(), 60);
      },
    ],
  ])("is over for a source that %s", async (_what, answer) => {
    server.answer = answer;
    const failure = await failureOf(fetchKid({ timeout: 100 }));
    expect(failure).toMatchObject({ code: "jwks/unreachable", message: expect.stringContaining("100 ms") });
    await server.isLeftAlone();
  });

  it("is not waited for when the answer is there: no timer stays behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      expect(await fetchKid()).toBe("1");
      server.answer = answering("");
      expect(await rejection(fetchKid())).toBe("jwks/malformed");
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is over for a source that takes the connection and says nothing, not even about TLS", async () => {
    const sockets = new Set<Socket>();
    const mute: Server = createServer((socket) =>
      sockets.add(socket.resume().on("close", () => sockets.delete(socket))),
    );
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as { port: number };
    expect(await rejection(fetchKid({ timeout: 50 }, `https://127.0.0.1:${port}/`))).toBe("jwks/unreachable");
    await vi.waitFor(() => expect(sockets.size).toBe(0), 15_000);
    await new Promise((resolve) => mute.close(resolve));
  });
});

describe("what is not whole, or not what it should be", () => {
  it.each<[string, Answer]>([
    [
      "a body shorter than announced",
      (_request, response) => {
        response
          .writeHead(200, { "Content-Length": text.length + 1 })
          .write(text, () => response.socket!.end());
      },
    ],
    [
      "a body whose last chunk is missing",
      (_request, response) => {
        response.writeHead(200).write(text, () => response.socket!.end());
      },
    ],
    [
      "a body with no length, and a connection that breaks",
      endless(text, (socket) => socket.resetAndDestroy()),
    ],
    ...[200, 302, 500].map((status): [string, Answer] => [
      `a body of broken chunks, which with status ${status} somebody reads or nobody does`,
      (_request, response) => {
        response.socket!.write(
          `HTTP/1.1 ${status} X\r\nLocation: x\r\nTransfer-Encoding: chunked\r\n\r\nno number`,
        );
      },
    ]),
    ["a connection that ends", (_request, response) => response.socket!.end()],
    ["a connection that breaks", (_request, response) => response.socket!.resetAndDestroy()],
    ["an answer that is not HTTP", (_request, response) => response.socket!.end("SSH-2.0-OpenSSH_9.9\r\n")],
    [
      "an upgrade that nobody asked for",
      (_request, response) =>
        response.socket!.end("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    ],
    [
      "two lengths",
      (_request, response) =>
        response.socket!.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    ],
  ])("%s is no answer", async (_what, answer) => {
    server.answer = answer;
    const failure = await failureOf(fetchKid());
    expect(failure.code).toBe("jwks/unreachable");
    await server.isLeftAlone();
  });

  it("a body with no length is whole when the connection ends as it should", async () => {
    expect(await verdict(endless(text, (socket) => socket.end()))).toBe("1");
  });

  it("no server is no answer, with a cause that says so", async () => {
    const { url } = server;
    await server.stop();
    const failure = await failureOf(fetchKid({}, url));
    expect(failure).toMatchObject({ code: "jwks/unreachable", cause: { code: "ECONNREFUSED" } });
    server = await JwksServer.start(good);
  });

  it("bytes that are not UTF-8 are no JSON", async () => {
    const cut = Buffer.from(text.replace("{", `{"name":"\u00e9",`)).filter((octet) => octet !== 0xc3);
    const bytes =
      (body: Uint8Array): Answer =>
      (_request, response) =>
        response.writeHead(200).end(body);
    expect(await verdict(bytes(cut))).toBe("jwks/malformed");
    expect(await verdict(bytes(Buffer.from(text.replace("{", `{"name":"\u00e9",`))))).toBe("1");
    expect(await verdict(bytes(Buffer.from(text, "utf16le")))).toBe("jwks/malformed");
    expect(await verdict(bytes(Buffer.alloc(0)))).toBe("jwks/malformed");
  });
});

describe("RFC 9110 §8.3 media type", () => {
  const typed =
    (type: string | undefined): Answer =>
    (_request, response) => {
      response.writeHead(200, type === undefined ? {} : { "Content-Type": type }).end(text);
    };

  it.each([
    "application/jwk-set+json",
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON ;charset=UTF-8",
    undefined,
  ])("%s will do", async (type) => {
    expect(await verdict(typed(type))).toBe("1");
  });

  it.each([
    "text/html",
    "text/plain",
    "application/octet-stream",
    "image/png",
    "application/jsonp",
    "application/jwk+json",
    "",
  ])("%j will not: it says that it is something else", async (type) => {
    expect(await verdict(typed(type))).toBe("jwks/malformed");
  });

  it("must not be compressed, which nobody asked for", async () => {
    expect(await verdict(publishing([jwk], { "Content-Encoding": "gzip" }))).toBe("jwks/malformed");
    expect(await verdict(publishing([jwk], { "Content-Encoding": "identity" }))).toBe("1");
    expect(server.requests[0]!.headers).toMatchObject({
      accept: "application/jwk-set+json, application/json",
      "accept-encoding": "identity",
    });
  });
});

describe("headers and agents", () => {
  it("go along with the request, and with a redirect within the origin", async () => {
    server.answer = (request, response) => {
      if (request.url === "/jwks.json") response.writeHead(302, { Location: "/keys" }).end();
      else good(request, response);
    };
    expect(await fetchKid({ headers: { Authorization: "Bearer abc", "User-Agent": "us" } })).toBe("1");
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ authorization: "Bearer abc", "user-agent": "us", connection: "close" });
    }
  });

  it("may keep the connection, if the agent does", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const set = remote({ agent });
    await set.refresh();
    await set.refresh();
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]!.socket).toBe(server.requests[1]!.socket);
    agent.destroy();
    await server.isLeftAlone();
  });

  it("for another scheme are no way to the source, with a cause that says why", async () => {
    const failure = await failureOf(fetchKid({ agent: new SecureAgent() }));
    expect(failure).toMatchObject({ code: "jwks/unreachable", cause: { code: "ERR_INVALID_PROTOCOL" } });
    expect(server.connections).toBe(0);
  });
});

describe("https", () => {
  const tls = selfSigned();

  it("is what the certificate says, or nothing", async () => {
    const secure = await JwksServer.start(good, tls);
    try {
      expect(await fetchKid({ ca: tls.cert }, secure.url)).toBe("1");
      expect(await fetchKid({ ca: [Buffer.from(tls.cert)] }, secure.url)).toBe("1");
      for (const options of [{}, { ca: selfSigned().cert }, { ca: [] }]) {
        const failure = await failureOf(fetchKid(options, secure.url));
        expect(failure.code).toBe("jwks/unreachable");
        expect((failure.cause as NodeJS.ErrnoException).code).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY|CERT/);
      }
      const misnamed = secure.url.replace("127.0.0.1", "localhost");
      expect(await rejection(fetchKid({ ca: tls.cert }, misnamed))).toBe("jwks/unreachable");
      expect(secure.requests).toHaveLength(2);
    } finally {
      await secure.stop();
    }
  });

  it("never becomes http by a redirect", async () => {
    const secure = await JwksServer.start((_request, response) => {
      response.writeHead(302, { Location: server.url }).end();
    }, tls);
    try {
      expect(await rejection(fetchKid({ ca: tls.cert }, secure.url))).toBe("jwks/unreachable");
      expect(secure.requests).toHaveLength(1);
      expect(server.requests).toEqual([]);
    } finally {
      await secure.stop();
    }
  });
});
