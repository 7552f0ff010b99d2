/** RFC 7515 §5.2 and RFC 4648: base64url as it has to be, in each of the three parts. */
import type { Case } from "../../case.ts";
import { signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import { seal, segment } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { clause, refused } from "./judging.ts";

const restriction =
  "following the restriction that no line breaks, whitespace, or other additional characters have been used.";
const header = `Base64url-decode the encoded representation of the JWS Protected Header, ${restriction}`;
const payload = `Base64url-decode the encoded representation of the JWS Payload, ${restriction}`;
const signature = `Base64url-decode the encoded representation of the JWS Signature, ${restriction}`;

const key = signingKeys.HS256!;
const defaultHeader = segment({ alg: "HS256", typ: "JWT" });

/** A token whose first two parts are just so, with a signature over them as they stand. */
function sealed(now: number, parts: { header?: string; payload?: string }): Question {
  const claims = segment({ sub: "alice", exp: now + HOUR });
  return withToken(now, seal(`${parts.header ?? defaultHeader}.${parts.payload ?? claims}`, "HS256", key));
}

/** A good token, changed as a text. */
function altered(now: number, change: (token: string) => string): Question {
  return withToken(now, change(question(now).token));
}

function withToken(now: number, token: string): Question {
  return { ...question(now), token };
}

/** Claims that take `3 × n + left` octets, so that their base64url has a certain length. */
function claimsOf(now: number, left: 0 | 1 | 2): string {
  const claims = (filler: string): string => JSON.stringify({ sub: "alice", exp: now + HOUR, filler });
  const lacking = (3 + left - (claims("").length % 3)) % 3;
  return segment(claims("x".repeat(lacking)));
}

/** A part that has both characters in which the two alphabets differ. */
function standard(part: string): string {
  if (!part.includes("-") || !part.includes("_")) throw new Error("both alphabets write this part alike");
  return part.replaceAll("-", "+").replaceAll("_", "/");
}

/** A token whose signature has them. */
function withTellingSignature(now: number): string {
  for (let filler = 0; ; filler++) {
    const { token } = question(now, { claims: { filler } });
    if (/^.*\.(?=[^.]*-)[^.]*_[^.]*$/.test(token)) return token;
  }
}

/** The same octets, spelt with other bits where none belong. */
function leftOver(part: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(part.at(-1)!);
  return part.slice(0, -1) + alphabet[last + 1];
}

/** `text` with something inserted at the middle of its part number `index`. */
function insert(token: string, index: number, inserted: string): string {
  return token
    .split(".")
    .map((part, at) => {
      const middle = part.length >> 1;
      return at === index ? part.slice(0, middle) + inserted + part.slice(middle) : part;
    })
    .join(".");
}

export const encoding: readonly Case<JwtTrial>[] = [
  ...clause("rfc7515/5.2", [
    {
      number: 1,
      title: "= after the header",
      requirement: header,
      level: "MUST",
      run: refused((now) => sealed(now, { header: `${segment({ alg: "HS256", kid: "a" })}=` })),
    },
    {
      number: 2,
      title: "= after the payload",
      requirement: payload,
      level: "MUST",
      run: refused((now) => sealed(now, { payload: `${claimsOf(now, 2)}=` })),
    },
    {
      number: 3,
      title: "= after the signature",
      requirement: signature,
      level: "MUST",
      run: refused((now) => altered(now, (token) => `${token}=`)),
    },
    {
      number: 4,
      title: "a line feed after the token",
      requirement: signature,
      level: "MUST",
      run: refused((now) => altered(now, (token) => `${token}\n`)),
    },
    {
      number: 5,
      title: "a space before the token",
      requirement: header,
      level: "MUST",
      run: refused((now) => altered(now, (token) => ` ${token}`)),
    },
    {
      number: 6,
      title: "a line break in the payload, signed along with it",
      requirement: payload,
      level: "MUST",
      run: refused((now) => sealed(now, { payload: insert(claimsOf(now, 0), 0, "\r\n") })),
    },
    {
      number: 7,
      title: "a tab in the payload, put there afterwards",
      requirement: payload,
      level: "MUST",
      run: refused((now) => altered(now, (token) => insert(token, 1, "\t"))),
    },
    {
      number: 8,
      title: "a space in the signature",
      requirement: signature,
      level: "MUST",
      run: refused((now) => altered(now, (token) => insert(token, 2, " "))),
    },
    {
      number: 9,
      title: "+ and / in the header, for - and _",
      requirement: header,
      level: "MUST",
      run: refused((now) => sealed(now, { header: standard(segment('{"alg":"HS256", "kid":"~~~???>>>"}')) })),
    },
    {
      number: 10,
      title: "+ and / in the payload, for - and _",
      requirement: payload,
      level: "MUST",
      run: refused((now) =>
        sealed(now, { payload: standard(segment(`{"sub":"~~~???>>>",  "exp":${now + HOUR}}`)) }),
      ),
    },
    {
      number: 11,
      title: "+ and / in the signature, for - and _",
      requirement: signature,
      level: "MUST",
      run: refused((now) => {
        const [head, claims, mac = ""] = withTellingSignature(now).split(".");
        return withToken(now, `${head}.${claims}.${standard(mac)}`);
      }),
    },
    {
      number: 12,
      title: "an exclamation mark in the payload, signed along with it",
      requirement: payload,
      level: "MUST",
      run: refused((now) => sealed(now, { payload: insert(claimsOf(now, 0), 0, "!") })),
    },
    {
      number: 13,
      title: "a percent sign in the signature",
      requirement: signature,
      level: "MUST",
      run: refused((now) => altered(now, (token) => insert(token, 2, "%"))),
    },
    {
      number: 14,
      title: "a character in the signature that is right but for its upper eight bits",
      requirement: signature,
      level: "MUST",
      run: refused((now) =>
        altered(now, (token) => token.slice(0, -5) + widened(token.at(-5)!) + token.slice(-4)),
      ),
    },
    {
      number: 15,
      title: "a payload of a length that base64url never has",
      requirement: payload,
      level: "MUST",
      run: refused((now) => sealed(now, { payload: `${claimsOf(now, 0)}A` })),
    },
  ]),
  ...clause("rfc4648/3.5", [
    {
      number: 1,
      title: "bits left over in the payload, signed along with it",
      requirement:
        "In some environments, the alteration is critical and therefore decoders MAY choose to reject an encoding if the pad bits have not been set to zero.",
      level: "MAY",
      run: refused((now) => sealed(now, { payload: leftOver(claimsOf(now, 1)) })),
    },
    {
      number: 2,
      title: "bits left over in the signature",
      requirement:
        "In some environments, the alteration is critical and therefore decoders MAY choose to reject an encoding if the pad bits have not been set to zero.",
      level: "MAY",
      run: refused((now) => altered(now, leftOver)),
    },
  ]),
];

function widened(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0x100);
}
