import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { othersKeys, publicHalf, signingKeys } from "../../../src/conformance/jwt/keys.ts";
import { bitChanged, flawlessFor, question } from "../../../src/conformance/jwt/question.ts";
import { compact, seal, segment, signatureOf } from "../../../src/conformance/jwt/sign.ts";
import { describeToken } from "../../../src/conformance/jwt/token-in-words.ts";
import { importKey, unchecked, verifyJwt } from "../../../src/jwt/index.ts";

describe("signing", () => {
  it("gives the example of RFC 7515 §A.1", () => {
    const header = '{"typ":"JWT",\r\n "alg":"HS256"}';
    const payload = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';
    expect(compact(header, payload, "HS256", signingKeys.HS256!)).toBe(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" +
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    );
  });

  it("gives the example of RFC 8037 §A.4", () => {
    const input = `${segment({ alg: "EdDSA" })}.${segment("Example of Ed25519 signing")}`;
    expect(seal(input, "EdDSA", signingKeys.EdDSA!)).toBe(
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc" +
        ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    );
  });

  it.each(Object.keys(signingKeys))("by %s convinces another implementation", (alg) => {
    const { token, key } = question(1_700_000_000, { alg });
    const policy = { issuer: unchecked, audience: unchecked, typ: "JWT" } as const;
    const imported = importKey(key as { kty: string }, alg as "HS256");
    expect(verifyJwt(token, imported, policy, 1_700_000_000).claims.sub).toBe("alice");
    expect(() => verifyJwt(bitChanged({ ...question(0), token }).token, imported, policy, 0)).toThrow();
  });

  it("uses the keys that are given", () => {
    const key = createPublicKey({
      key: publicHalf(othersKeys.ES256) as Record<string, string>,
      format: "jwk",
    });
    const signature = signatureOf("a.b", "ES256", othersKeys.ES256);
    expect(verify("sha256", Buffer.from("a.b"), { key, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
    expect(publicHalf(othersKeys.RS256)).toEqual({ kty: "RSA", n: othersKeys.RS256.n, e: "AQAB" });
  });
});

describe("the twin of a question", () => {
  it("has all that the policy asks for", () => {
    const policy = {
      issuer: "i",
      audience: "a",
      subject: "s",
      typ: "x+jwt",
      maxAge: 9,
      algorithms: ["ES256"],
    };
    const asked = flawlessFor(question(100, { claims: "nonsense", policy }));
    const [header, payload] = asked.token.split(".").map((part) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(header!)).toEqual({ alg: "ES256", typ: "x+jwt" });
    expect(JSON.parse(payload!)).toEqual({ iss: "i", aud: "a", sub: "s", iat: 100, exp: 3700 });
    expect(asked.key).toEqual(publicHalf(signingKeys.ES256!));
    expect(asked.policy).toEqual({ ...policy, now: 100 });
  });
});

describe("a token in words", () => {
  it("is taken apart", () => {
    expect(describeToken(`${segment('{"a":1}')}.${segment("\u{202e}é")}.AAAA`)).toEqual([
      'header {"a":1}',
      "payload \\u202eé",
      "signature of 3 octets",
    ]);
  });

  it("is shown as it is where it does not have three parts", () => {
    expect(describeToken("a.b")).toEqual(["token of 3 characters: a.b"]);
    expect(describeToken(".".repeat(1000))).toEqual([`token of 1000 characters: ${".".repeat(200)}…`]);
  });

  it("is short", () => {
    const [header] = describeToken(`${segment("x".repeat(9_000))}.e30.`);
    expect(header).toBe(`header ${"x".repeat(200)}… (12000 characters)`);
  });
});
