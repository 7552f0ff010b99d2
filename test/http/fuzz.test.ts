import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBasic } from "../../src/http/credentials/basic.ts";
import { parseBearer } from "../../src/http/credentials/bearer.ts";
import { parseCookies, serializeCookie } from "../../src/http/credentials/cookies.ts";
import { requestSource } from "../../src/http/credentials/csrf.ts";
import { HttpProblem } from "../../src/http/message/problem.ts";
import { hasControl, parseTarget } from "../../src/http/message/target.ts";
import { matchesEntityTag } from "../../src/http/routing/conditional.ts";

const seed = 20260101;
const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
/** Mostly what is special to somebody. */
const tricky = fc.string({ unit: fc.constantFrom(...'/.%2e2f5cC0AFa?#\\:;=, "@*W\t') });
const field = fc.oneof(latin1, tricky);

describe(`whatever a peer sends (seed ${seed})`, () => {
  it("a target gives a path that can be split, or 400", () => {
    fc.assert(
      fc.property(field, (text) => {
        try {
          const { path } = parseTarget(text);
          expect(path === "*" || path.split("/").every((name) => name !== "." && name !== "..")).toBe(true);
          expect(path).not.toMatch(/[\\\0]/);
        } catch (error) {
          expect(error).toBeInstanceOf(HttpProblem);
        }
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("a field is read without an error", () => {
    fc.assert(
      fc.property(field, (text) => {
        parseCookies(text);
        parseBasic(`Basic ${text}`);
        parseBearer(`Bearer ${text}`);
        matchesEntityTag(text, '"a"');
        requestSource({ origin: text, host: text });
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("a user and a password arrive as they were (RFC 7617 §2)", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !hasControl(value));
    fc.assert(
      fc.property(
        text.filter((name) => !name.includes(":")),
        text,
        (username, password) => {
          const token68 = Buffer.from(`${username}:${password}`).toString("base64");
          expect(parseBasic(`Basic ${token68}`)).toEqual({ username, password });
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it("a cookie is refused by its writer or read back as it was", () => {
    fc.assert(
      fc.property(field, field, (name, value) => {
        try {
          expect(parseCookies(serializeCookie(name, value)).get(name)).toBe(value);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
