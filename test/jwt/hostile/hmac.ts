import { createHmac } from "node:crypto";
import { importKey } from "../../../src/jwt/key.ts";
import { claims, flawlessBy, forge, segment, signatureOf, typ, withSignature } from "../forge.ts";
import { keyOf } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

const key = keyOf("HS256");
const header = { alg: "HS256", typ };
const flawless = flawlessBy(key);
const [h, p, s] = flawless.split(".") as [string, string, string];
const right = signatureOf(flawless);
const mac = (hash: string, input: string) => createHmac(hash, key.material).update(input).digest();
const signed = (octets: Uint8Array) => withSignature(flawless, octets);

const hs256: TokenTheme = {
  rule: "RFC 7518 §3.2 and RFC 7515 §5.2 the signature of HS256",
  key,
  flawless,
  cases: [
    ["another secret's", forge(header, claims, importKey(Buffer.alloc(32, 5), "HS256")), "jws/bad-signature"],
    [
      "a secret's that goes on",
      forge(header, claims, importKey(Buffer.alloc(33, "HS256"), "HS256")),
      "jws/bad-signature",
    ],
    ["another token's", withSignature(flawless, signatureOf(forge(header, {}, key))), "jws/bad-signature"],
    ["one cut by an octet", signed(right.subarray(0, 31)), "jws/bad-signature"],
    ["one cut to half", signed(right.subarray(0, 16)), "jws/bad-signature"],
    ["one cut to an octet", signed(right.subarray(0, 1)), "jws/bad-signature"],
    ["one without its first octet", signed(right.subarray(1)), "jws/bad-signature"],
    ["one continued by an octet", signed(Buffer.concat([right, Buffer.alloc(1)])), "jws/bad-signature"],
    ["one after an octet", signed(Buffer.concat([Buffer.alloc(1), right])), "jws/bad-signature"],
    ["one twice", signed(Buffer.concat([right, right])), "jws/bad-signature"],
    ["one backwards", signed(Buffer.from(right).reverse()), "jws/bad-signature"],
    ["one of zeros", signed(Buffer.alloc(32)), "jws/bad-signature"],
    ["one of ones", signed(Buffer.alloc(32, 0xff)), "jws/bad-signature"],
    ["one of half a megabit", signed(Buffer.alloc(65_536, 1)), "jws/bad-signature"],
    ["one in hexadecimal", `${h}.${p}.${right.toString("hex")}`, "jws/bad-signature"],
    ["one encoded twice", `${h}.${p}.${segment(s)}`, "jws/bad-signature"],
    ["one in other capitals", `${h}.${p}.${s.slice(0, -4).toLowerCase()}${s.slice(-4)}`, "jws/bad-signature"],
    ["one of SHA-512, cut", signed(mac("sha512", `${h}.${p}`).subarray(0, 32)), "jws/bad-signature"],
    ["one of SHA-512/256", signed(mac("sha512-256", `${h}.${p}`)), "jws/bad-signature"],
    ["one of SHA-1", signed(mac("sha1", `${h}.${p}`)), "jws/bad-signature"],
    ["one of the payload alone", signed(mac("sha256", p)), "jws/bad-signature"],
    ["one of header and payload without the dot", signed(mac("sha256", h + p)), "jws/bad-signature"],
    [
      "one of header and payload decoded",
      signed(mac("sha256", JSON.stringify(header) + JSON.stringify(claims))),
      "jws/bad-signature",
    ],
    ["one over the dot behind it too", signed(mac("sha256", `${h}.${p}.`)), "jws/bad-signature"],
    ["other claims under it", `${h}.${segment({ ...claims, sub: "root" })}.${s}`, "jws/bad-signature"],
    ["another header under it", `${segment({ ...header, kid: "x" })}.${p}.${s}`, "jws/bad-signature"],
    [
      "a header spaced otherwise under it",
      `${segment(`${JSON.stringify(header)} `)}.${p}.${s}`,
      "jws/bad-signature",
    ],
    [
      "a header in another order under it",
      `${segment({ typ, alg: "HS256" })}.${p}.${s}`,
      "jws/bad-signature",
    ],
  ],
};

/** What HS384 and HS512 add: more octets to leave out, and a shorter hash to pass for theirs. */
function longer(alg: "HS384" | "HS512", length: number): TokenTheme {
  const key = keyOf(alg);
  const flawless = flawlessBy(key);
  const right = signatureOf(flawless);
  const input = flawless.slice(0, flawless.lastIndexOf("."));
  const short = createHmac("sha256", key.material).update(input).digest();
  return {
    rule: `RFC 7518 §3.2 the signature of ${alg}`,
    key,
    flawless,
    cases: [
      ["one cut to the length of HS256", withSignature(flawless, right.subarray(0, 32)), "jws/bad-signature"],
      ["one cut by an octet", withSignature(flawless, right.subarray(0, length - 1)), "jws/bad-signature"],
      [
        "one of SHA-256 filled up with zeros",
        withSignature(flawless, Buffer.concat([short, Buffer.alloc(length - 32)])),
        "jws/bad-signature",
      ],
      [
        "one of SHA-256 filled up with the rest of the right one",
        withSignature(flawless, Buffer.concat([short, right.subarray(32)])),
        "jws/bad-signature",
      ],
      ["one of zeros", withSignature(flawless, Buffer.alloc(length)), "jws/bad-signature"],
      ["none", withSignature(flawless, Buffer.alloc(0)), "jws/bad-signature"],
    ] satisfies readonly TokenCase[],
  };
}

export const themes: readonly TokenTheme[] = [hs256, longer("HS384", 48), longer("HS512", 64)];
