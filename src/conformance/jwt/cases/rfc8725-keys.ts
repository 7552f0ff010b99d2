/** RFC 8725 §3.3: nothing in a token says whom to trust, and what is inside of it has to be good too. */
import type { Case } from "../../case.ts";
import { othersKeys, publicHalf, secretOf, signingKeys } from "../keys.ts";
import type { Jwk, Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import { compact, segment } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { clause, refused } from "./judging.ts";

const validated =
  "All cryptographic operations used in the JWT MUST be validated and the entire JWT MUST be rejected if any of them fail to validate.";
const nested =
  "This is true not only of JWTs with a single set of Header Parameters but also for Nested JWTs in which both outer and inner operations MUST be validated using the keys and algorithms supplied by the application.";

/** Of somebody who is not trusted; with his certificate for it, which he signed himself. */
const attackers = othersKeys.ES256;
const certificate =
  "MIIBjjCCATOgAwIBAgIUcH4pgyfejxlHxXryEH9nBXH+C3EwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQYXR0YWNrZXIu" +
  "ZXhhbXBsZTAgFw0yNjExMjIxMjUzNDZaGA8yMTI2MTAyOTEyNTM0NlowGzEZMBcGA1UEAwwQYXR0YWNrZXIuZXhhbXBs" +
  "ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMdFpwDdI6cC+ndh8ydS5mQQDYfZU0sdAr3f4Y4xBH0RsLz2/OF6cOvo" +
  "j0xXlb1/Xn/Vkn/ukcotQCpjxilvUsWjUzBRMB0GA1UdDgQWBBRXmvoONyDvypmGYUI3WPhktjHQczAfBgNVHSMEGDAW" +
  "gBRXmvoONyDvypmGYUI3WPhktjHQczAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDpR6NaZ45i9eYx" +
  "Hk9tX3iJ9E2NBY0s3MwDecpCvObJLAIhANU69j7QVog4Pp0Ae8Tw4Lcqr4fgIIUsEN9EEDssA3IC";

/** Signed with the attacker's key, and a header that would have one take it. */
function forged(header: Readonly<Record<string, unknown>>): (now: number) => Question {
  return (now) => question(now, { alg: "ES256", key: attackers, header });
}

/** The same by HMAC. */
function forgedMac(header: Readonly<Record<string, unknown>>, key: Jwk): (now: number) => Question {
  return (now) => question(now, { key, header });
}

function dataUrl(type: string, content: string): string {
  return `data:${type};base64,${Buffer.from(content).toString("base64")}`;
}

const attackersSet = JSON.stringify({ keys: [{ ...publicHalf(attackers), kid: "a" }] });
const attackersPem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;

/** Well signed, and all that it holds is another token. */
function holding(inner: (now: number) => string): (now: number) => Question {
  return (now) => question(now, { header: { cty: "JWT" }, claims: inner(now) });
}

function claims(now: number): object {
  return { sub: "root", exp: now + HOUR };
}

export const keyChoice: readonly Case<JwtTrial>[] = clause("rfc8725/3.3", [
  {
    number: 1,
    title: "jwk: the key comes along in the header",
    requirement: validated,
    level: "MUST",
    run: refused(forged({ jwk: publicHalf(attackers) })),
  },
  {
    number: 2,
    title: "jwk: the secret comes along in the header",
    requirement: validated,
    level: "MUST",
    run: refused(forgedMac({ jwk: othersKeys.HS256 }, othersKeys.HS256)),
  },
  {
    number: 3,
    title: "jku: the key is where the header says",
    requirement: validated,
    level: "MUST",
    run: refused(forged({ kid: "a", jku: dataUrl("application/jwk-set+json", attackersSet) })),
  },
  {
    number: 4,
    title: "x5u: the certificate is where the header says",
    requirement: validated,
    level: "MUST",
    run: refused(forged({ x5u: dataUrl("application/pem-certificate-chain", attackersPem) })),
  },
  {
    number: 5,
    title: "x5c: the certificate comes along in the header",
    requirement: validated,
    level: "MUST",
    run: refused(forged({ x5c: [certificate] })),
  },
  {
    number: 6,
    title: "kid: the name of a file that is empty, and an empty secret",
    requirement: validated,
    level: "MUST",
    run: refused(forgedMac({ kid: "../../../../../../../../dev/null" }, secretOf(""))),
  },
  {
    number: 7,
    title: "kid: a piece of SQL that brings a secret along",
    requirement: validated,
    level: "MUST",
    run: refused(
      forgedMac(
        { kid: "' UNION SELECT 'a secret of an attacker, 32 octets or more" },
        secretOf("a secret of an attacker, 32 octets or more"),
      ),
    ),
  },
  {
    number: 8,
    title: "a nested token that is not signed",
    requirement: nested,
    level: "MUST",
    run: refused(holding((now) => `${segment({ alg: "none" })}.${segment(claims(now))}.`)),
  },
  {
    number: 9,
    title: "a nested token that is signed with somebody else's key",
    requirement: nested,
    level: "MUST",
    run: refused(
      holding((now) => compact({ alg: "HS256", typ: "JWT" }, claims(now), "HS256", othersKeys.HS256)),
    ),
  },
  {
    number: 10,
    title: "somebody else's key, where none is to be found by its kid",
    requirement: validated,
    level: "MUST",
    run: refused((now) =>
      question(now, {
        alg: "ES256",
        key: attackers,
        header: { kid: "__proto__" },
        trusted: { keys: [{ ...publicHalf(signingKeys.ES256!), kid: "ours" }] },
      }),
    ),
  },
]);
