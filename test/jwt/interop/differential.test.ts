import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importKey, unchecked, verifyJwt } from "../../../src/jwt/index.ts";
import { type Attempt, flawless, hostile, secret } from "./hostile-tokens.ts";
import { now, type Peer, peers, policy, type Trust } from "./peers.ts";

// Each is told the algorithm, the key, issuer, audience, kind and time, as far as it has options for them. What the
// tables say was observed with these versions; a newer one that does better makes a line here wrong.
const versions = { jose: "6.2.17", jsonwebtoken: "9.0.3", "fast-jwt": "6.3.6" };

/** What an RFC says is not to be accepted, or of what form it MUST be. */
const musts = `
| token or key                         | rule               | here                   | jose    | jsonwebtoken | fast-jwt |
| ------------------------------------ | ------------------ | ---------------------- | ------- | ------------ | -------- |
| alg none, no signature               | RFC 7518 §3.6      | jws/algorithm-mismatch | –       | –            | –        |
| alg nOnE, no signature               | RFC 7515 §4.1.1    | jws/algorithm-mismatch | –       | –            | –        |
| alg none, the right HMAC             | RFC 7518 §3.6      | jws/algorithm-mismatch | –       | –            | –        |
| no signature                         | RFC 7515 §5.2      | jws/bad-signature      | –       | –            | –        |
| HMAC with the text of the public key | RFC 8725 §3.1      | jws/algorithm-mismatch | –       | –            | –        |
| HS512, the key is for HS256          | RFC 8725 §3.1      | jws/algorithm-mismatch | –       | –            | –        |
| PS256, the key is for RS256          | RFC 8725 §3.1      | jws/algorithm-mismatch | –       | –            | –        |
| no alg                               | RFC 7515 §4.1.1    | jws/malformed          | –       | –            | –        |
| alg in an array                      | RFC 7515 §4.1.1    | jws/malformed          | –       | –            | –        |
| alg in lower case                    | RFC 7515 §4.1.1    | jws/algorithm-mismatch | –       | –            | –        |
| a key in the header                  | RFC 7515 §5.2      | jws/bad-signature      | –       | –            | –        |
| signature in DER                     | RFC 7518 §3.4      | jws/bad-signature      | –       | –            | –        |
| signature (0, 0)                     | RFC 7518 §3.4      | jws/bad-signature      | –       | –            | –        |
| ES256 on secp256k1                   | RFC 7518 §3.4      | key/wrong-curve        | –       | –            | accepts  |
| RSA key of 1024 bits                 | RFC 7518 §3.3      | key/modulus-length     | –       | accepts      | accepts  |
| secret of 5 octets                   | RFC 7518 §3.2      | key/short-secret       | accepts | accepts      | accepts  |
| PEM of a public key as secret        | RFC 8725 §3.5      | key/text-as-secret     | –       | –            | accepts  |
| text of a public JWK as secret       | RFC 8725 §3.5      | key/text-as-secret     | accepts | accepts      | accepts  |
| = after the header                   | RFC 7515 §5.2      | jws/malformed          | –       | –            | –        |
| = after the payload                  | RFC 7515 §5.2      | jws/malformed          | –       | –            | –        |
| = after the signature                | RFC 7515 §5.2      | jws/malformed          | accepts | –            | –        |
| line feed after the signature        | RFC 7515 §5.2      | jws/malformed          | accepts | –            | –        |
| space in the signature               | RFC 7515 §5.2      | jws/malformed          | accepts | –            | –        |
| + and / in the payload               | RFC 4648 §3.3      | jws/malformed          | –       | –            | –        |
| four parts                           | RFC 7515 §7.1      | jws/malformed          | –       | –            | –        |
| two parts                            | RFC 7515 §7.1      | jws/malformed          | –       | –            | –        |
| claims not in UTF-8                  | RFC 7519 §7.2      | claims/malformed       | –       | accepts      | accepts  |
| header an array                      | RFC 7515 §5.2      | jws/malformed          | –       | –            | –        |
| claims an array                      | RFC 7519 §7.2      | claims/malformed       | –       | –            | –        |
| claims a text                        | RFC 7519 §7.2      | claims/malformed       | –       | –            | –        |
| claims null                          | RFC 7519 §7.2      | claims/malformed       | –       | –            | –        |
| crit ["x"], x unknown                | RFC 7515 §4.1.11   | jws/critical           | –       | accepts      | –        |
| crit ["exp"]                         | RFC 7515 §4.1.11   | jws/critical           | –       | accepts      | –        |
| crit "x"                             | RFC 7515 §5.2      | jws/critical           | –       | accepts      | –        |
| crit null                            | RFC 7515 §5.2      | jws/critical           | –       | accepts      | accepts  |
| crit 0                               | RFC 7515 §5.2      | jws/critical           | –       | accepts      | accepts  |
| b64 false, crit ["b64"]              | RFC 7797 §7        | jws/critical           | –       | accepts      | –        |
| exp now                              | RFC 7519 §4.1.4    | claims/expired         | –       | –            | accepts  |
| exp as text                          | RFC 7519 §4.1.4    | claims/malformed       | –       | –            | –        |
| exp null                             | RFC 7519 §4.1.4    | claims/malformed       | –       | –            | –        |
| exp in an array                      | RFC 7519 §4.1.4    | claims/malformed       | –       | –            | –        |
| nbf in a second                      | RFC 7519 §4.1.5    | claims/not-yet-valid   | –       | –            | –        |
| nbf as text                          | RFC 7519 §4.1.5    | claims/malformed       | –       | –            | –        |
| iat as text                          | RFC 7519 §4.1.6    | claims/malformed       | –       | accepts      | accepts  |
| iss of another                       | RFC 8725 §3.8      | claims/wrong-issuer    | –       | –            | –        |
| iss in an array                      | RFC 8725 §3.8      | claims/malformed       | –       | –            | –        |
| no iss                               | RFC 8725 §3.8      | claims/missing         | –       | –            | –        |
| aud of another                       | RFC 7519 §4.1.3    | claims/wrong-audience  | –       | –            | –        |
| aud an object                        | RFC 7519 §4.1.3    | claims/malformed       | –       | –            | –        |
| no aud                               | RFC 8725 §3.9      | claims/missing         | –       | –            | –        |
| aud, the verifier has no name        | RFC 7519 §4.1.3    | claims/wrong-audience  | accepts | accepts      | accepts  |
`;

/** What an RFC leaves open, or only describes; refused here. */
const choices = `
| token or key                         | rule               | here                   | jose    | jsonwebtoken | fast-jwt |
| ------------------------------------ | ------------------ | ---------------------- | ------- | ------------ | -------- |
| RSA exponent 3                       | RFC 8017 §3.1      | key/weak-exponent      | accepts | accepts      | accepts  |
| bits left over in the signature      | RFC 4648 §3.5      | jws/malformed          | accepts | –            | accepts  |
| bits left over in the payload        | RFC 4648 §3.5      | jws/malformed          | accepts | accepts      | accepts  |
| byte order mark before the claims    | RFC 8259 §8.1      | claims/malformed       | accepts | –            | –        |
| alg twice                            | RFC 7515 §4        | jws/malformed          | accepts | accepts      | accepts  |
| alg twice, once as \\u0061lg          | RFC 7515 §4        | jws/malformed          | accepts | accepts      | accepts  |
| sub twice                            | RFC 7519 §4        | claims/malformed       | accepts | accepts      | accepts  |
| crit []                              | RFC 7515 §4.1.11   | jws/critical           | –       | accepts      | –        |
| crit ["alg"]                         | RFC 7515 §4.1.11   | jws/critical           | –       | accepts      | –        |
| b64 false, no crit                   | RFC 7797 §6        | jws/critical           | accepts | accepts      | accepts  |
| exp 1e999                            | RFC 8259 §6        | claims/malformed       | accepts | accepts      | accepts  |
| aud with a number in it              | RFC 7519 §4.1.3    | claims/malformed       | accepts | accepts      | –        |
| sub a number                         | RFC 7519 §4.1.2    | claims/malformed       | accepts | accepts      | accepts  |
| jti an object                        | RFC 7519 §4.1.7    | claims/malformed       | accepts | accepts      | accepts  |
| typ of another kind                  | RFC 8725 §3.11     | claims/wrong-type      | –       | accepts      | –        |
`;

interface Row {
  readonly what: string;
  readonly code: string;
  readonly acceptedBy: readonly Peer["name"][];
  /** The same for a title. */
  readonly by: string;
}

function rows(table: string): Row[] {
  const lines = table.trim().split("\n").slice(2);
  return lines.map((line) => {
    const [what, , code, ...verdicts] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const acceptedBy = peers.map(({ name }) => name).filter((_, column) => verdicts[column] === "accepts");
    return { what: what!, code: code!, acceptedBy, by: acceptedBy.join(" and ") || "nobody" };
  });
}

const trustOf = ({ alg = "HS256", key = secret, nameless }: Attempt): Trust => ({ alg, key, nameless });

async function accepting(attempt: Attempt): Promise<Peer["name"][]> {
  const verdicts = await Promise.allSettled(
    peers.map((peer) => peer.verify(attempt.token, trustOf(attempt))),
  );
  return peers.filter((_, i) => verdicts[i]!.status === "fulfilled").map(({ name }) => name);
}

function verifyHere({ token, alg = "HS256", key = secret, nameless }: Attempt): string {
  try {
    verifyJwt(token, importKey(key, alg), { ...policy, ...(nameless && { audience: unchecked }) }, now);
    return "accepts";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe("what an RFC says MUST NOT be accepted", () => {
  it.each(rows(musts))("$what: $code here, accepted by $by", holds);

  it("is accepted 6 times by jose, 12 times by jsonwebtoken, 11 times by fast-jwt, and never here", () => {
    const times = (name: Peer["name"]) => rows(musts).filter((row) => row.acceptedBy.includes(name)).length;
    expect(peers.map(({ name }) => times(name))).toEqual([6, 12, 11]);
  });
});

describe("what an RFC leaves to the reader, refused here", () => {
  it.each(rows(choices))("$what: $code here, accepted by $by", holds);
});

async function holds({ what, code, acceptedBy }: Row): Promise<void> {
  expect(verifyHere(hostile[what]!)).toBe(code);
  expect(await accepting(hostile[what]!)).toEqual(acceptedBy);
}

describe("the comparison", () => {
  it.each(Object.entries(flawless))(
    "is fair: all four accept the flawless token, %s",
    async (_alg, attempt) => {
      expect(verifyHere(attempt)).toBe("accepts");
      expect(await accepting(attempt)).toEqual(["jose", "jsonwebtoken", "fast-jwt"]);
    },
  );

  it("leaves no token out", () => {
    const named = [...rows(musts), ...rows(choices)].map(({ what }) => what);
    expect(named.toSorted()).toEqual(Object.keys(hostile).toSorted());
  });

  it.each(Object.entries(versions))("is about %s %s", (name, version) => {
    const manifest: { version: string } = JSON.parse(
      readFileSync(`node_modules/${name}/package.json`, "utf8"),
    );
    expect(manifest.version).toBe(version);
  });
});
