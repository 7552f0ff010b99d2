import { claims, flawlessBy, forge, now, policy, seal, secret, segment, typ } from "../forge.ts";
import type { TokenTheme } from "./theme.ts";

const header = { alg: "HS256", typ };
const flawless = flawlessBy(secret);
const [h, p, s] = flawless.split(".") as [string, string, string];
const text = JSON.stringify(claims);

const threeParts: TokenTheme = {
  rule: "RFC 7515 §7.1 three parts",
  key: secret,
  flawless,
  cases: [
    ["the empty text", "", "jws/malformed"],
    ["a word", "token", "jws/malformed"],
    ["a dot", ".", "jws/malformed"],
    ["dots alone", "..", "jws/malformed"],
    ["one part", h, "jws/malformed"],
    ["two parts", `${h}.${p}`, "jws/malformed"],
    ["four parts", `${flawless}.`, "jws/malformed"],
    ["four parts, the last one filled", `${flawless}.${s}`, "jws/malformed"],
    ["five parts, which would be a JWE", `${h}.${p}.${s}.${s}.${s}`, "jws/malformed"],
    ["200,000 dots", ".".repeat(200_000), "jws/malformed"],
    ["a dot in front", `.${flawless}`, "jws/malformed"],
    ["two dots between two parts", `${h}..${p}.${s}`, "jws/malformed"],
    ["an empty header", seal(`.${p}`), "jws/malformed"],
    ["an empty payload", seal(`${h}.`), "claims/malformed"],
    ["a detached payload", `${h}..${s}`, "jws/bad-signature"],
    ["exchanged parts", `${p}.${h}.${s}`, "jws/malformed"],
    ["the JSON serialization", JSON.stringify({ protected: h, payload: p, signature: s }), "jws/malformed"],
    ["a scheme in front", `Bearer ${flawless}`, "jws/malformed"],
    ["quotation marks around it", `"${flawless}"`, "jws/malformed"],
    ["dots of another script", flawless.replaceAll(".", "\u3002"), "jws/malformed"],
    ["dots in per cent", flawless.replaceAll(".", "%2E"), "jws/malformed"],
  ],
};

/** The last character of a text, moved on in the alphabet of base64url. */
function last(encoded: string, by: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return encoded.slice(0, -1) + alphabet[alphabet.indexOf(encoded.at(-1)!) + by];
}

// Payloads whose lengths leave 2 and 4 bits over in their last character, and a header that leaves 2.
const twoBits = segment(text + " ".repeat((5 - (text.length % 3)) % 3));
const fourBits = segment(text + " ".repeat((4 - (text.length % 3)) % 3));
const headerBits = segment(JSON.stringify(header).padEnd(3 * 11 + 2));
const goodTwo = seal(`${h}.${twoBits}`);
const goodFour = seal(`${h}.${fourBits}`);
const goodHeader = seal(`${headerBits}.${p}`);
const questions = { ...claims, a: "???>>>" };
const plainBase64 = Buffer.from(JSON.stringify(questions)).toString("base64").replaceAll("=", "");
/** A character that is the right one in its low octet alone. */
const beyond = (encoded: string) => String.fromCharCode(encoded.charCodeAt(0) + 0x100) + encoded.slice(1);

const base64url: TokenTheme = {
  rule: "RFC 7515 §2 strict base64url, each part",
  key: secret,
  flawless,
  cases: [
    ["padding after the header", seal(`${headerBits}=.${p}`), "jws/malformed", goodHeader],
    ["padding after the payload", seal(`${h}.${twoBits}=`), "jws/malformed", goodTwo],
    ["double padding after the payload", seal(`${h}.${fourBits}==`), "jws/malformed", goodFour],
    ["padding in per cent after the payload", seal(`${h}.${twoBits}%3D`), "jws/malformed", goodTwo],
    ["padding after the signature", `${flawless}=`, "jws/malformed"],
    ["bits left over in the header", seal(`${last(headerBits, 1)}.${p}`), "jws/malformed", goodHeader],
    ["two bits left over in the payload", seal(`${h}.${last(twoBits, 1)}`), "jws/malformed", goodTwo],
    ["four bits left over in the payload", seal(`${h}.${last(fourBits, 1)}`), "jws/malformed", goodFour],
    ["all four bits left over in the payload", seal(`${h}.${last(fourBits, 15)}`), "jws/malformed", goodFour],
    ["bits left over in the signature", `${h}.${p}.${last(s, 1)}`, "jws/malformed"],
    ["a line feed at the end", `${flawless}\n`, "jws/malformed"],
    ["a line of base64 broken in two", seal(`${h}.${p.slice(0, 76)}\r\n${p.slice(76)}`), "jws/malformed"],
    ["a space in front", ` ${flawless}`, "jws/malformed"],
    ["a byte order mark in front", `\ufeff${flawless}`, "jws/malformed"],
    ["a line feed after the header", seal(`${h}\n.${p}`), "jws/malformed"],
    ["a tabulator before the payload", seal(`${h}.\t${p}`), "jws/malformed"],
    ["a space in the payload", seal(`${h}.${p.slice(0, 8)} ${p.slice(8)}`), "jws/malformed"],
    ["a NUL after the payload", seal(`${h}.${p}\0`), "jws/malformed"],
    ["a NUL after the signature", `${flawless}\0`, "jws/malformed"],
    ["a foreign character in the payload", seal(`${h}.${p.slice(0, 8)}*${p.slice(8)}`), "jws/malformed"],
    ["a foreign character in the signature", `${h}.${p}.${s.slice(0, 8)}*${s.slice(8)}`, "jws/malformed"],
    [
      "an invisible character in the signature",
      `${h}.${p}.${s.slice(0, 8)}\u200b${s.slice(8)}`,
      "jws/malformed",
    ],
    ["a length of 4n + 1", seal(`${h}.${segment(text.padEnd(300))}A`), "jws/malformed"],
    ["a header of one character", seal(`A.${p}`), "jws/malformed"],
    ["a signature of one character", `${h}.${p}.A`, "jws/malformed"],
    ["plain base64 in the payload", seal(`${h}.${plainBase64}`), "jws/malformed", forge(header, questions)],
    ["a letter beyond Latin-1 in the header", `${beyond(h)}.${p}.${s}`, "jws/malformed"],
    ["a letter beyond Latin-1 in the payload", `${h}.${beyond(p)}.${s}`, "jws/malformed"],
    ["a letter beyond Latin-1 in the signature", `${h}.${p}.${beyond(s)}`, "jws/malformed"],
    ["a payload that is JSON as it is", seal(`${h}.${text.replaceAll(".", "")}`), "jws/malformed"],
    ["a payload in hexadecimal", seal(`${h}.${Buffer.from(text).toString("hex")}`), "claims/malformed"],
    ["a payload encoded twice", forge(header, p), "claims/malformed"],
  ],
};

/** A rightly signed token of exactly so many characters. */
function ofLength(length: number): string {
  const plain = forge(header, { ...claims, pad: "" }).length;
  const text = JSON.stringify({ ...claims, pad: "x".repeat(Math.floor(((length - plain) * 3) / 4)) });
  for (let spaces = 0; spaces < 8; spaces++) {
    const token = forge(header, text + " ".repeat(spaces));
    if (token.length === length) return token;
  }
  throw new Error(`no token has ${length} characters`);
}

const small = { ...policy, limits: { maxTokenLength: 400, maxHeaderLength: 100, maxDepth: 2 } };
const wide = { ...policy, limits: { maxTokenLength: 300_000, maxHeaderLength: 20_000, maxDepth: 100 } };
const deep = forge(header, { ...claims, a: { b: { c: {} } } });
const longHeader = forge({ ...header, x: "x".repeat(90) }, claims);

const limits: TokenTheme = {
  rule: "RFC 8725 §3 (and our own limits) tokens, headers and JSON of bounded size",
  key: secret,
  flawless,
  cases: [
    ["a token of 262,145 characters", ofLength(262_145), "jws/too-large", ofLength(262_144)],
    ["10 MB of a letter", "A".repeat(10_000_000), "jws/too-large"],
    ["10 MB of dots", ".".repeat(10_000_000), "jws/too-large"],
    ["10 MB after a flawless token", flawless + "A".repeat(10_000_000), "jws/too-large"],
    [
      "a header of 16,385 octets",
      forge(JSON.stringify(header).padEnd(16_385), claims),
      "jws/too-large",
      forge(JSON.stringify(header).padEnd(16_384), claims),
    ],
    [
      "a token longer than the policy's limit",
      { token: ofLength(401), policy: small },
      "jws/too-large",
      { token: ofLength(400), policy: small },
    ],
    [
      "a header longer than the policy's limit",
      { token: longHeader, policy: small },
      "jws/too-large",
      { token: longHeader, policy: wide },
    ],
    [
      "claims deeper than the policy's limit",
      { token: deep, policy: small },
      "claims/malformed",
      { token: deep, policy: wide },
    ],
    [
      "a token longer than the policy's own wide limit",
      { token: ofLength(300_001), policy: wide },
      "jws/too-large",
      { token: ofLength(300_000), policy: wide },
    ],
    [
      "an exp of 190,000 digits",
      { token: forge(header, `{"exp":1${"0".repeat(190_000)},"iat":${now}}`) },
      "claims/malformed",
    ],
  ],
};

export const themes: readonly TokenTheme[] = [threeParts, base64url, limits];
