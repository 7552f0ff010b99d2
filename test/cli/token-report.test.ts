import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Check } from "../../src/cli/checks.ts";
import { colourful, plain } from "../../src/cli/colour.ts";
import { jsonReport, type Report, textReport } from "../../src/cli/token-report.ts";
import { decodeJwt, type Jwt, JwtError } from "../../src/jwt/index.ts";

const now = 1_795_331_000;
const signature = Buffer.alloc(64, 9).toString("base64url");

function tokenOf(header: object, claims: object): string {
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return [...parts, signature].join(".");
}

const token = tokenOf(
  { alg: "ES256", typ: "at+jwt" },
  { iss: "https://id.example", exp: now + 540, roles: ["ops"], admin: true },
);

const right: readonly Check[] = [
  { name: "signature", result: "passed", detail: "right" },
  { name: "not-before", result: "not-made", detail: 'the token has no "nbf"' },
];
const expired = new JwtError("claims/expired", "The token has expired");

function report(more: Partial<Report> = {}): Report {
  const text = more.token ?? token;
  let jwt: Jwt | undefined;
  try {
    jwt = decodeJwt(text);
  } catch {
    // It is to be shown all the same.
  }
  return { token: text, jwt, error: undefined, checks: undefined, now, ...more };
}

describe("textReport", () => {
  it("shows a token that nobody verified, and says so at every part and in the end", () => {
    expect(
      textReport(report(), plain),
    ).toBe(`eyJhbGciOiJFUzI1NiIsInR5….eyJpc3MiOiJodHRwczovL2lkLmV4YW1w….CQkJCQkJCQkJ…

Header, unverified
  alg    algorithm          "ES256"
  typ    type of the token  "at+jwt"

Claims, unverified
  iss    issuer             "https://id.example"
  exp    expires            2026-11-22 07:12:20 UTC, in 9 minutes  1795331540
  roles  roles              ["ops"]
  admin                     true

Signature  64 octets, unverified

! NOT VERIFIED  Anyone can write such a token. barewire token verify checks it.
`);
  });

  it("shows a good one with its checks", () => {
    const text = textReport(report({ checks: right }), plain);
    expect(text).toContain(`Signature  64 octets

Checks, in their order
  ✓ signature   right
  – not before  the token has no "nbf"

✓ VALID  Every check that was asked for is passed.
`);
    expect(text).not.toContain("unverified");
  });

  it("tells a token that was ours from one that never was", () => {
    const late = textReport(report({ checks: right, error: expired, now: now + 9_999 }), plain);
    expect(late).toContain("Claims, signed but refused\n");
    expect(late).toContain("exp    expired            2026-11-22 07:12:20 UTC, 2 hours ago");
    expect(late).toMatch(/✗ REFUSED {2}The token has expired \(claims\/expired\)\n$/);
    const forged = textReport(
      report({
        checks: [{ name: "signature", result: "failed", detail: "wrong" }],
        error: new JwtError("jws/bad-signature", "The signature is wrong"),
      }),
      plain,
    );
    expect(forged).toContain("Claims, unverified\n");
    expect(forged).toContain("  ✗ signature  wrong\n");
  });

  it("does not call a token refused when the keys could not be had", () => {
    const error = new JwtError("jwks/unreachable", "The source cannot be reached");
    expect(textReport(report({ checks: [], error }), plain)).toMatch(
      /✗ NOT VERIFIED {2}The source cannot be/,
    );
  });

  it("paints each part in its own colour, and the rest not at all without colours", () => {
    const text = textReport(report(), colourful);
    expect(text).toContain("\x1b[35meyJhbGciOiJFUzI1NiIsInR5…\x1b[0m");
    expect(text).toContain("\x1b[36miss\x1b[0m");
    expect(text).toContain("\x1b[94mCQkJCQkJCQkJ…\x1b[0m");
    expect(textReport(report({ checks: right }), plain)).not.toContain("\x1b");
  });

  it("never shows the whole signature: what is printed is no usable token", () => {
    expect(textReport(report(), plain)).not.toContain(signature.slice(0, 13));
    expect(jsonReport(report())).not.toContain(signature.slice(0, 13));
  });

  it("shows a malformed token as far as there is text in it", () => {
    const broken = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"exp":"soon"}').toString("base64url")}.`;
    const error = new JwtError("claims/malformed", "The claims are malformed");
    const text = textReport(report({ token: broken, error }), plain);
    expect(text).toContain('Claims, unverified, as it stands there\n  {"exp":"soon"}\n');
    expect(text).toMatch(/✗ MALFORMED {2}The claims are malformed \(claims\/malformed\)\n$/);
    expect(textReport(report({ token: "_w.e30.", error }), plain)).toContain("no text");
  });

  it("gives advice about what is often pasted instead of a token", () => {
    const error = new JwtError("jws/malformed", "The token is malformed");
    expect(textReport(report({ token: `Bearer ${token}`, error }), plain)).toMatch(
      /\n {2}Leave "Bearer" out/,
    );
  });

  it("lets no name pass for a row of its own", () => {
    const text = textReport(
      report({ token: tokenOf({ alg: "ES256" }, { "exp  expires  never": 1 }) }),
      plain,
    );
    expect(text).toContain('  "exp  expires  never"');
  });

  it("breaks long values into lines and cuts what would flood the screen", () => {
    const claims = { list: Array.from({ length: 99 }, (_, at) => `number ${at}`), text: "x".repeat(2_000) };
    const text = textReport(report({ token: tokenOf({ alg: "ES256" }, claims) }), plain);
    expect(text).toContain("… 61 lines more");
    expect(text).toContain("x… 1002 characters more");
    expect(text.split("\n").length).toBeLessThan(60);
  });

  it("lets nothing act on a terminal, wherever in the token it stands (seed 2616)", () => {
    const nasty = fc.string({ unit: "binary" }).map((text) => `\x1b[2J\x9b1A\u202e\r\n${text}`);
    fc.assert(
      fc.property(nasty, nasty, nasty, (name, value, alg) => {
        const hostile = tokenOf(
          { alg, [name]: value },
          { [name]: value, iss: value, aud: [name], deep: { [name]: value } },
        );
        const checks: readonly Check[] = [
          { name: "issuer", result: "failed", detail: JSON.stringify(value) },
        ];
        const error = new JwtError("claims/wrong-issuer", "It is another");
        for (const one of [
          { token: hostile },
          { token: hostile, checks, error },
          { token: `${hostile}=`, error },
          { token: `${name}.${value}.${alg}`, error },
        ]) {
          expect(textReport(report(one), plain)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(jsonReport(report(one))).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        }
      }),
      { seed: 2616 },
    );
  });
});

describe("jsonReport", () => {
  it("is one line: whether it is valid, what it says, and the checks", () => {
    const text = jsonReport(report({ checks: right }));
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({
      valid: true,
      header: { alg: "ES256", typ: "at+jwt" },
      claims: { iss: "https://id.example", exp: now + 540, roles: ["ops"], admin: true },
      error: null,
      checks: right,
    });
  });

  it("is neither true nor false about a token that was only decoded", () => {
    expect(JSON.parse(jsonReport(report()))).toMatchObject({
      valid: null,
      claims: { admin: true },
      checks: [],
    });
  });

  it("gives a program nothing to go on when the token is refused", () => {
    expect(JSON.parse(jsonReport(report({ checks: right, error: expired })))).toEqual({
      ...{ valid: false, header: null, claims: null, checks: right },
      error: { code: "claims/expired", message: "The token has expired" },
    });
  });
});
