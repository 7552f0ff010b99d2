import { describe, expect, it } from "vitest";
import { authenticateRequest } from "../../src/http/credentials/authenticate.ts";
import { parseBasic } from "../../src/http/credentials/basic.ts";
import { parseBearer } from "../../src/http/credentials/bearer.ts";
import { parseCookies } from "../../src/http/credentials/cookies.ts";
import { requestSource } from "../../src/http/credentials/csrf.ts";
import { checkContentFields } from "../../src/http/message/content-fields.ts";
import { decodeForm } from "../../src/http/message/form-content.ts";
import { asksForWebSocket, headProblem } from "../../src/http/message/head.ts";
import { HttpProblem } from "../../src/http/message/problem.ts";
import { parseTarget } from "../../src/http/message/target.ts";
import { matchesEntityTag } from "../../src/http/routing/conditional.ts";
import { mediaTypeOf } from "../../src/http/routing/media-types.ts";
import { TrustedProxies } from "../../src/http/server/forwarded.ts";
import { isRequestId } from "../../src/http/server/request-id.ts";

/** A parser, and whatever it answers; only a documented refusal may come out of it. */
const quietly = (parse: (text: string) => unknown) => (text: string) => {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
  }
};

const sessions = {
  authenticate: (): never => {
    throw new HttpProblem(401, "token/invalid", "no");
  },
};

const everywhere = ["0.0.0.0/0", "::/0"];
const forwarded = new TrustedProxies({ addresses: everywhere, field: "forwarded" });
const xForwardedFor = new TrustedProxies({ addresses: everywhere });

const parsers: readonly (readonly [string, (text: string) => void])[] = (
  [
    ["Authorization (Basic)", (text) => parseBasic(`Basic ${text}`)],
    ["Authorization (Bearer)", (text) => parseBearer(`Bearer ${text}`)],
    ["Authorization", (text) => authenticateRequest({ authorization: text }, sessions, { unsafe: true })],
    ["Cookie", (text) => parseCookies(text)],
    ["Cookie (a value)", (text) => parseCookies(`a=b${text}`)],
    [
      "Content-Type",
      (text) => checkContentFields({ "content-type": text, "content-length": "1" }, "json", 1),
    ],
    [
      "Content-Type (parameters)",
      (text) =>
        checkContentFields({ "content-type": `application/json${text}`, "content-length": "1" }, "json", 1),
    ],
    ["form", (text) => decodeForm(Buffer.from(text, "latin1"))],
    ["form (a value)", (text) => decodeForm(Buffer.from(`a=${text}`, "latin1"))],
    ["Forwarded", (text) => forwarded.clientAddress("127.0.0.1", text)],
    ["Forwarded (a quoted string)", (text) => forwarded.clientAddress("127.0.0.1", `${text}for="${text}"`)],
    ["X-Forwarded-For", (text) => xForwardedFor.clientAddress("127.0.0.1", text)],
    ["X-Request-Id", (text) => isRequestId(text)],
    ["If-None-Match", (text) => matchesEntityTag(text, 'W/"1-1"')],
    ["If-None-Match (a list)", (text) => matchesEntityTag(`"a"${text}`, 'W/"1-1"')],
    ["Origin", (text) => requestSource({ origin: text, host: "a" })],
    ["Origin (a host)", (text) => requestSource({ origin: `https://${text}`, host: "a" })],
    ["Host", (text) => headProblem("1.1", ["Host", text])],
    ["Upgrade", (text) => asksForWebSocket(text)],
    ["request target", (text) => parseTarget(`/${text}`)],
    ["request target (absolute)", (text) => parseTarget(`http://${text}`)],
    ["file name", (text) => mediaTypeOf(text)],
  ] as const satisfies readonly (readonly [string, (text: string) => unknown])[]
).map(([name, parse]) => [name, quietly(parse)]);

// 16 times what a head may hold. What is linear takes milliseconds; what is quadratic, longer than a test may.
const LENGTH = 256 * 1024;
const units = [
  " ",
  "\t ",
  "a",
  "a ",
  "=",
  "; ",
  ", ",
  '"',
  '"a",',
  "%20",
  "%",
  ".",
  "/.",
  ":",
  "\\",
  "W/",
  ",",
  "&",
  "a=",
  ';a="',
  "[::",
  "1.",
];

describe.each(parsers)("a hostile %s", (_name, parse) => {
  it.each(units)("of 256 KiB of %j is read in one go", (unit) => {
    const run = unit.repeat(LENGTH / unit.length);
    parse(run);
    parse(`${run}x`);
    parse(`${run}\u0001`);
    parse(`x${run}\u0001`);
  });
});

describe("the fields of a request", () => {
  it("may hold the longest run there is without a refusal of the machine", () => {
    expect(() => parseTarget(`/${"a".repeat(4 * LENGTH)}`)).not.toThrow();
  });
});
