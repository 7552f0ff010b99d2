/**
 * Tokens that must be refused, each beside a flawless twin that must be accepted, so that no refusal is for
 * another reason than the one in its name. Unless its name says otherwise, every token here is rightly signed.
 */
import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { verifyJwt } from "../../src/jwt/jwt.ts";
import { importKey, type Key } from "../../src/jwt/key.ts";
import { claims, forge, now, pair, policy, refusal, seal, secret, segment, typ } from "./forge.ts";

const header = { alg: "HS256", typ };
const es256 = { alg: "ES256", typ };
const flawless = forge(header, claims);
const flawlessPair = forge(es256, claims, pair);
const [h, p, s] = flawless.split(".") as [string, string, string];

const verdict = (token: string, key: Key = secret) => refusal(() => verifyJwt(token, key, policy, now));

type Case = readonly [why: string, token: string, code: string, twin?: string];
function refuses(cases: readonly Case[]): void {
  for (const [why, token, code, twin = flawless] of cases) {
    it(`refuses ${why}`, () => {
      expect(verdict(token)).toBe(code);
      expect(verdict(twin)).toBe("accepted");
    });
  }
}

/** JSON text of the header or the claims with something written into it, behind the opening brace. */
const headerWith = (text: string) => forge(`{${text},${JSON.stringify(header).slice(1)}`, claims);
const claimsWith = (text: string) => forge(header, `{${text},${JSON.stringify(claims).slice(1)}`);

describe("RFC 7515 §7.1 three parts", () => {
  refuses([
    ["the empty text", "", "jws/malformed"],
    ["a word", "token", "jws/malformed"],
    ["dots alone", "..", "jws/malformed"],
    ["one part", h, "jws/malformed"],
    ["two parts", `${h}.${p}`, "jws/malformed"],
    ["four parts", `${flawless}.`, "jws/malformed"],
    ["four parts, the last one filled", `${flawless}.${s}`, "jws/malformed"],
    ["five parts, which would be a JWE", `${h}.${p}.${s}.${s}.${s}`, "jws/malformed"],
    ["a dot in front", `.${flawless}`, "jws/malformed"],
    ["an empty header", seal(`.${p}`), "jws/malformed"],
    ["an empty payload", seal(`${h}.`), "claims/malformed"],
    ["the JSON serialization", JSON.stringify({ protected: h, payload: p, signature: s }), "jws/malformed"],
    ["a scheme in front", `Bearer ${flawless}`, "jws/malformed"],
  ]);

  it("refuses other numbers of parts before any key is looked for", () => {
    const choose = () => expect.unreachable() as undefined;
    for (const token of [`${h}.${p}`, `${flawless}.`, `${flawless}.${s}`]) {
      expect(refusal(() => verifyJwt(token, choose, policy, now))).toBe("jws/malformed");
    }
  });
});

describe("RFC 7515 §2 strict base64url, each part", () => {
  const last = (text: string, by: number) => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) + by];
  };
  // Payloads whose lengths leave 2 and 4 bits over in their last character.
  const twoBits = segment(
    `${JSON.stringify(claims)}${" ".repeat((5 - (JSON.stringify(claims).length % 3)) % 3)}`,
  );
  const fourBits = segment(
    `${JSON.stringify(claims)}${" ".repeat((4 - (JSON.stringify(claims).length % 3)) % 3)}`,
  );
  const headerBits = segment(`${JSON.stringify(header)} `.padEnd(3 * 11 + 2));

  refuses([
    ["padding after the header", seal(`${headerBits}=.${p}`), "jws/malformed", seal(`${headerBits}.${p}`)],
    ["padding after the payload", seal(`${h}.${twoBits}=`), "jws/malformed", seal(`${h}.${twoBits}`)],
    [
      "double padding after the payload",
      seal(`${h}.${fourBits}==`),
      "jws/malformed",
      seal(`${h}.${fourBits}`),
    ],
    ["padding after the signature", `${flawless}=`, "jws/malformed"],
    [
      "bits left over in the header",
      seal(`${last(headerBits, 1)}.${p}`),
      "jws/malformed",
      seal(`${headerBits}.${p}`),
    ],
    [
      "two bits left over in the payload",
      seal(`${h}.${last(twoBits, 1)}`),
      "jws/malformed",
      seal(`${h}.${twoBits}`),
    ],
    [
      "four bits left over in the payload",
      seal(`${h}.${last(fourBits, 1)}`),
      "jws/malformed",
      seal(`${h}.${fourBits}`),
    ],
    ["bits left over in the signature", `${h}.${p}.${last(s, 1)}`, "jws/malformed"],
    ["a line feed at the end", `${flawless}\n`, "jws/malformed"],
    ["a space in front", ` ${flawless}`, "jws/malformed"],
    ["a line feed after the header", seal(`${h}\n.${p}`), "jws/malformed"],
    ["a space in the payload", seal(`${h}.${p.slice(0, 8)} ${p.slice(8)}`), "jws/malformed"],
    ["a NUL in the payload", seal(`${h}.${p}\0`), "jws/malformed"],
    ["a foreign character in the payload", seal(`${h}.${p.slice(0, 8)}*${p.slice(8)}`), "jws/malformed"],
    ["a foreign character in the signature", `${h}.${p}.${s.slice(0, 8)}*${s.slice(8)}`, "jws/malformed"],
    [
      "a length of 4n + 1",
      seal(`${h}.${segment(`${JSON.stringify(claims)}`.padEnd(300))}A`),
      "jws/malformed",
    ],
    [
      "plain base64 in the payload",
      seal(
        `${h}.${Buffer.from(JSON.stringify({ ...claims, a: "???>>>" }))
          .toString("base64")
          .replaceAll("=", "")}`,
      ),
      "jws/malformed",
      forge(header, { ...claims, a: "???>>>" }),
    ],
    [
      "a letter beyond Latin-1 in the payload that shrinks to the right one",
      `${h}.${String.fromCharCode(p.charCodeAt(0) + 0x100)}${p.slice(1)}.${s}`,
      "jws/malformed",
    ],
    [
      "a letter beyond Latin-1 in the signature that shrinks to the right one",
      `${h}.${p}.${String.fromCharCode(s.charCodeAt(0) + 0x100)}${s.slice(1)}`,
      "jws/malformed",
    ],
  ]);
});

describe("RFC 7515 §4 the header is a JSON object in UTF-8, no name twice", () => {
  refuses([
    ["a header that is an array", forge([header], claims), "jws/malformed"],
    ["a header that is a text", forge('"HS256"', claims), "jws/malformed"],
    ["a header that is null", forge("null", claims), "jws/malformed"],
    ["a header that is no JSON", forge("alg=HS256", claims), "jws/malformed"],
    ["a header with something after it", forge(`${JSON.stringify(header)}x`, claims), "jws/malformed"],
    ["a header with a byte order mark", forge(`\ufeff${JSON.stringify(header)}`, claims), "jws/malformed"],
    ["a header in UTF-16", forge(Buffer.from(JSON.stringify(header), "utf16le"), claims), "jws/malformed"],
    [
      "a header that is not UTF-8",
      forge(Buffer.from('{"alg":"HS256","typ":"at+jwt","x":"\xff"}', "latin1"), claims),
      "jws/malformed",
      forge('{"alg":"HS256","typ":"at+jwt","x":"\xff"}', claims),
    ],
    [
      "a header in Latin-1",
      forge(Buffer.from('{"alg":"HS256","typ":"at+jwt","x":"é"}', "latin1"), claims),
      "jws/malformed",
    ],
    ["alg twice", headerWith('"alg":"none"'), "jws/malformed", headerWith('"ALG":"none"')],
    [
      "alg twice, once escaped",
      headerWith('"\\u0061lg":"none"'),
      "jws/malformed",
      headerWith('"\\u0062lg":"none"'),
    ],
    ["typ twice", headerWith('"typ":"JWT"'), "jws/malformed", headerWith('"type":"JWT"')],
    [
      "a name twice within the header",
      headerWith('"x":{"a":1,"a":1}'),
      "jws/malformed",
      headerWith('"x":{"a":1,"b":1}'),
    ],
    [
      "a header nested 33 deep",
      headerWith(`"x":${"[".repeat(32)}${"]".repeat(32)}`),
      "jws/malformed",
      headerWith(`"x":${"[".repeat(31)}${"]".repeat(31)}`),
    ],
    [
      "a header of more than 16 KiB",
      headerWith(`"x":"${"x".repeat(16_384)}"`),
      "jws/too-large",
      headerWith(`"x":"${"x".repeat(16_000)}"`),
    ],
    ["a name of a key that is no text", headerWith('"kid":1'), "jws/malformed", headerWith('"kid":"1"')],
    ["a content type that is no text", headerWith('"cty":null'), "jws/malformed", headerWith('"cty":"x"')],
    ["a type that is no text", forge({ alg: "HS256", typ: [typ] }, claims), "jws/malformed"],
  ]);
});

describe("RFC 7515 §4.1.1 and RFC 8725 §3.1 the algorithm is the key's", () => {
  const unsigned = (alg: unknown) => `${segment({ alg, typ })}.${p}.`;
  refuses([
    ["no alg", forge({ typ }, claims), "jws/malformed"],
    ["an alg that is null", forge({ alg: null, typ }, claims), "jws/malformed"],
    ["an alg that is a list", forge({ alg: ["HS256"], typ }, claims), "jws/malformed"],
    ["an empty alg", forge({ alg: "", typ }, claims), "jws/algorithm-mismatch"],
    ["an alg in lower case", forge({ alg: "hs256", typ }, claims), "jws/algorithm-mismatch"],
    ["an alg with a space", forge({ alg: "HS256 ", typ }, claims), "jws/algorithm-mismatch"],
    ["another alg", forge({ alg: "HS512", typ }, claims), "jws/algorithm-mismatch"],
    ["an alg that every object has", forge({ alg: "constructor", typ }, claims), "jws/algorithm-mismatch"],
    ["none, unsigned", unsigned("none"), "jws/algorithm-mismatch"],
    ["none, signed", forge({ alg: "none", typ }, claims), "jws/algorithm-mismatch"],
    ["None", unsigned("None"), "jws/algorithm-mismatch"],
    ["NONE", unsigned("NONE"), "jws/algorithm-mismatch"],
    ["nOnE", unsigned("nOnE"), "jws/algorithm-mismatch"],
    ["HS256 without a signature", `${h}.${p}.`, "jws/bad-signature"],
    ["ES256 for a secret", flawlessPair, "jws/algorithm-mismatch"],
  ]);

  it("refuses HS256 made with the public key as its secret", () => {
    const verifier = createPublicKey(pair.material);
    const dresses = [
      verifier.export({ format: "pem", type: "spki" }) as string,
      (verifier.export({ format: "pem", type: "spki" }) as string).trim(),
      verifier.export({ format: "der", type: "spki" }),
      JSON.stringify(verifier.export({ format: "jwk" })),
    ];
    for (const publicText of dresses) {
      const forged = `${h}.${p}.${createHmac("sha256", publicText).update(`${h}.${p}`).digest("base64url")}`;
      expect(verdict(forged, pair)).toBe("jws/algorithm-mismatch");
      const relabelled = `${segment(es256)}.${p}`;
      const mac = createHmac("sha256", publicText).update(relabelled).digest("base64url");
      expect(verdict(`${relabelled}.${mac}`, pair)).toBe("jws/bad-signature");
    }
    expect(verdict(flawlessPair, pair)).toBe("accepted");
  });
});

describe("RFC 7515 §4.1.11 crit", () => {
  const crit = (value: unknown, more: object = {}) => forge({ ...header, ...more, crit: value }, claims);
  const plain = (more: object) => forge({ ...header, ...more }, claims);
  refuses([
    ["an unknown extension", crit(["x"], { x: 1 }), "jws/critical", plain({ x: 1 })],
    ["b64, RFC 7797", crit(["b64"], { b64: true }), "jws/critical", plain({ b64: true })],
    ["a payload that is not encoded", crit(["b64"], { b64: false }), "jws/critical"],
    ["b64 that should have been critical", plain({ b64: false }), "jws/critical", plain({ b64: true })],
    ["b64 of a wrong type", plain({ b64: "true" }), "jws/malformed", plain({ b64: true })],
    ["an empty list", crit([]), "jws/critical"],
    ["a name that is not in the header", crit(["x"]), "jws/critical"],
    ["a registered name", crit(["alg"]), "jws/critical"],
    ["exp, the example of the RFC", crit(["exp"], { exp: now }), "jws/critical", plain({ exp: now })],
    ["a name twice", crit(["x", "x"], { x: 1 }), "jws/critical", plain({ x: 1 })],
    ["an empty name", crit([""], { "": 1 }), "jws/critical", plain({ "": 1 })],
    ["a text in place of the list", crit("x", { x: 1 }), "jws/critical", plain({ x: 1 })],
    ["an object in place of the list", crit({}), "jws/critical"],
    ["null", crit(null), "jws/critical"],
    ["false", crit(false), "jws/critical"],
    ["a number", crit([1]), "jws/critical"],
  ]);

  it("refuses it before any key is looked for", () => {
    const choose = () => expect.unreachable() as undefined;
    expect(refusal(() => verifyJwt(crit(["x"], { x: 1 }), choose, policy, now))).toBe("jws/critical");
  });
});

describe("RFC 7518 §3.2 and RFC 7515 §5.2 the signature of HS256", () => {
  const other = importKey(Buffer.alloc(32, 5), "HS256");
  refuses([
    ["another secret's", forge(header, claims, other), "jws/bad-signature"],
    ["another token's", `${h}.${p}.${forge(header, {}).split(".")[2]}`, "jws/bad-signature"],
    [
      "one cut by an octet",
      `${h}.${p}.${Buffer.from(s, "base64url").subarray(0, 31).toString("base64url")}`,
      "jws/bad-signature",
    ],
    [
      "one cut to an octet",
      `${h}.${p}.${Buffer.from(s, "base64url").subarray(0, 1).toString("base64url")}`,
      "jws/bad-signature",
    ],
    [
      "one continued by an octet",
      `${h}.${p}.${Buffer.from(`${s}AA`, "base64url").toString("base64url")}`,
      "jws/bad-signature",
    ],
    ["one of zeros", `${h}.${p}.${Buffer.alloc(32).toString("base64url")}`, "jws/bad-signature"],
    [
      "a HMAC of another hash",
      `${h}.${p}.${createHmac("sha512", secret.material).update(`${h}.${p}`).digest("base64url")}`,
      "jws/bad-signature",
    ],
    [
      "a HMAC of the payload alone",
      `${h}.${p}.${createHmac("sha256", secret.material).update(p).digest("base64url")}`,
      "jws/bad-signature",
    ],
    ["one in hexadecimal", `${h}.${p}.${Buffer.from(s, "base64url").toString("hex")}`, "jws/bad-signature"],
    ["exchanged parts", `${p}.${h}.${s}`, "jws/malformed"],
    [
      "other claims under the signature",
      `${h}.${segment({ ...claims, sub: "root" })}.${s}`,
      "jws/bad-signature",
    ],
    [
      "another header under the signature",
      `${segment({ ...header, kid: "x" })}.${p}.${s}`,
      "jws/bad-signature",
    ],
    ["a header spaced otherwise", `${segment(`${JSON.stringify(header)} `)}.${p}.${s}`, "jws/bad-signature"],
  ]);
});

describe("RFC 7518 §3.4 the signature of ES256", () => {
  const signingInput = flawlessPair.slice(0, flawlessPair.lastIndexOf("."));
  const raw = Buffer.from(flawlessPair.split(".")[2]!, "base64url");
  const n = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
  const zero = Buffer.alloc(32);
  const [r, s] = [raw.subarray(0, 32), raw.subarray(32)];
  it.each([
    ["none", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(64)],
    ["r of zero", Buffer.concat([zero, s])],
    ["s of zero", Buffer.concat([r, zero])],
    ["r of n", Buffer.concat([n, s])],
    ["s of n", Buffer.concat([r, n])],
    ["all bits set", Buffer.alloc(64, 0xff)],
    ["r alone", r],
    ["s before r", Buffer.concat([s, r])],
    ["an octet short", raw.subarray(0, 63)],
    ["an octet long", Buffer.concat([raw, Buffer.alloc(1)])],
    ["an octet of zero in front", Buffer.concat([Buffer.alloc(1), raw])],
    ["twice", Buffer.concat([raw, raw])],
    ["integers of 33 octets", Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s])],
    ["in DER", Buffer.concat([Buffer.from("30440220", "hex"), r, Buffer.from("0220", "hex"), s])],
  ])("refuses %s", (_why, signature) => {
    expect(verdict(`${signingInput}.${signature.toString("base64url")}`, pair)).toBe("jws/bad-signature");
    expect(verdict(flawlessPair, pair)).toBe("accepted");
  });

  it("refuses another token's, and another key's", () => {
    const changed = `${segment(es256)}.${segment({ ...claims, sub: "root" })}.${raw.toString("base64url")}`;
    expect(verdict(changed, pair)).toBe("jws/bad-signature");
    const other = importKey(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey, "ES256");
    expect(verdict(forge(es256, claims, other), pair)).toBe("jws/bad-signature");
    expect(verdict(forge(es256, claims, other), other)).toBe("accepted");
  });
});

describe("RFC 7519 §4 and RFC 7519 §7.2 the claims are a JSON object in UTF-8, no name twice", () => {
  const text = JSON.stringify(claims);
  refuses([
    ["claims that are an array", forge(header, [claims]), "claims/malformed"],
    ["claims that are a text", forge(header, '"alice"'), "claims/malformed"],
    ["claims that are null", forge(header, "null"), "claims/malformed"],
    ["claims that are a number", forge(header, "1"), "claims/malformed"],
    ["claims that are no JSON", forge(header, "sub=alice"), "claims/malformed"],
    ["a token in place of claims", forge(header, flawless), "claims/malformed"],
    [
      "claims with something after them",
      forge(header, `${text}{}`),
      "claims/malformed",
      forge(header, ` ${text}\n`),
    ],
    ["claims with a comma too many", forge(header, `${text.slice(0, -1)},}`), "claims/malformed"],
    ["claims with a byte order mark", forge(header, `\ufeff${text}`), "claims/malformed"],
    ["claims in UTF-16", forge(header, Buffer.from(text, "utf16le")), "claims/malformed"],
    [
      "claims in Latin-1",
      forge(header, Buffer.from(`{"a":"é",${text.slice(1)}`, "latin1")),
      "claims/malformed",
      claimsWith('"a":"é"'),
    ],
    [
      "an overlong character",
      forge(header, Buffer.from(`{"a":"\xc0\xaf",${text.slice(1)}`, "latin1")),
      "claims/malformed",
      claimsWith('"a":"/"'),
    ],
    ["exp twice", claimsWith('"exp":9999999999'), "claims/malformed", claimsWith('"Exp":9999999999')],
    ["sub twice", claimsWith('"sub":"root"'), "claims/malformed", claimsWith('"sub ":"root"')],
    [
      "sub twice, once escaped",
      claimsWith('"s\\u0075b":"root"'),
      "claims/malformed",
      claimsWith('"s\\u0076b":"root"'),
    ],
    ["aud twice with one value", claimsWith(`"aud":"${claims.aud}"`), "claims/malformed"],
    [
      "a name twice deep within",
      claimsWith('"a":[{"b":{"c":1,"c":2}}]'),
      "claims/malformed",
      claimsWith('"a":[{"b":{"c":1}},{"b":{"c":2}}]'),
    ],
    [
      "claims nested 33 deep",
      claimsWith(`"a":${'{"a":'.repeat(31)}{}${"}".repeat(31)}`),
      "claims/malformed",
      claimsWith(`"a":${'{"a":'.repeat(30)}{}${"}".repeat(30)}`),
    ],
    [
      "claims nested 50,000 deep",
      claimsWith(`"a":${"[".repeat(50_000)}${"]".repeat(50_000)}`),
      "claims/malformed",
    ],
  ]);
});

describe("RFC 7519 §4.1 registered claims of their types", () => {
  const withClaim = (more: object) => forge(header, { ...claims, ...more });
  const raw = (name: string, value: string) =>
    forge(
      header,
      `{${JSON.stringify(claims)
        .slice(1, -1)
        .replace(new RegExp(`"${name}":[^,}]*`), `"${name}":${value}`)}}`,
    );
  refuses([
    ["exp as a text", withClaim({ exp: String(now + 600) }), "claims/malformed"],
    ["exp as a date", withClaim({ exp: new Date((now + 600) * 1000) }), "claims/malformed"],
    ["exp as null", withClaim({ exp: null }), "claims/malformed"],
    ["exp as true", withClaim({ exp: true }), "claims/malformed"],
    ["exp as a list", withClaim({ exp: [now + 600] }), "claims/malformed"],
    ["exp as infinity", raw("exp", "1e999"), "claims/malformed", raw("exp", "1e99")],
    ["exp as minus infinity", raw("exp", "-1e999"), "claims/malformed", raw("exp", String(now + 1))],
    ["nbf as a text", withClaim({ nbf: "0" }), "claims/malformed", withClaim({ nbf: 0 })],
    ["nbf as null", withClaim({ nbf: null }), "claims/malformed", withClaim({ nbf: -1 })],
    ["nbf as infinity", raw("iat", '0,"nbf":-1e999'), "claims/malformed", raw("iat", '0,"nbf":-1e99')],
    ["iat as a text", withClaim({ iat: "now" }), "claims/malformed", withClaim({ iat: now })],
    ["iat as infinity", raw("iat", "1e999"), "claims/malformed", raw("iat", "1.5")],
    ["iss as a list", withClaim({ iss: [claims.iss] }), "claims/malformed"],
    ["iss as null", withClaim({ iss: null }), "claims/malformed"],
    [
      "aud as a list with a number",
      withClaim({ aud: [claims.aud, 1] }),
      "claims/malformed",
      withClaim({ aud: [claims.aud, "1"] }),
    ],
    ["aud as an object", withClaim({ aud: { [claims.aud]: true } }), "claims/malformed"],
    [
      "aud as a list in a list",
      withClaim({ aud: [[claims.aud]] }),
      "claims/malformed",
      withClaim({ aud: [claims.aud] }),
    ],
    ["sub as a number", withClaim({ sub: 0 }), "claims/malformed", withClaim({ sub: "0" })],
    ["jti as a number", withClaim({ jti: 1 }), "claims/malformed", withClaim({ jti: "1" })],
  ]);
});

describe("RFC 7519 §4.1 claims that the policy does not want", () => {
  const withClaim = (more: object) => forge(header, { ...claims, ...more });
  refuses([
    ["an expired token", withClaim({ exp: now - 1 }), "claims/expired", withClaim({ exp: now + 1 })],
    ["a token that expires now", withClaim({ exp: now }), "claims/expired", withClaim({ exp: now + 0.001 })],
    ["a token that never expires", withClaim({ exp: undefined }), "claims/missing"],
    ["a token for later", withClaim({ nbf: now + 1 }), "claims/not-yet-valid", withClaim({ nbf: now })],
    ["another issuer", withClaim({ iss: "https://evil.example" }), "claims/wrong-issuer"],
    ["no issuer", withClaim({ iss: undefined }), "claims/missing"],
    ["another audience", withClaim({ aud: "https://evil.example" }), "claims/wrong-audience"],
    [
      "an audience that begins like ours",
      withClaim({ aud: `${claims.aud}.evil.example` }),
      "claims/wrong-audience",
    ],
    ["an empty audience", withClaim({ aud: [] }), "claims/wrong-audience"],
    ["no audience", withClaim({ aud: undefined }), "claims/missing"],
    [
      "claims hidden in __proto__",
      forge(header, `{"__proto__":${JSON.stringify(claims)}}`),
      "claims/missing",
      claimsWith('"__proto__":{}'),
    ],
    ["another type of token", forge({ alg: "HS256", typ: "JWT" }, claims), "claims/wrong-type"],
    ["a token without a type", forge({ alg: "HS256" }, claims), "claims/missing"],
  ]);
});
