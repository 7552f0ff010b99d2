/** A small correct verifier of JWTs on `node:crypto`, and what becomes of it when it lacks one of its rules. */
import { createDecipheriv } from "node:crypto";
import type { Answer, Question } from "../protocol.ts";
import { type Verifier, VerifierFailed } from "../trial.ts";
import { type Claims, checkClaims } from "./claims.ts";
import { decodePart, parseObject } from "./encoding.ts";
import { checkEndurance } from "./endurance.ts";
import { algorithmOf, checkHeader, type Header } from "./header.ts";
import { keysFor } from "./key.ts";
import { Refusal, type Rule, Rules } from "./rules.ts";
import { isRight } from "./signature.ts";

/** Answers at once, in this process. */
export class OwnVerifier implements Verifier {
  readonly clock = true;
  readonly #rules: Rules;

  /** @param lacking the rule that is broken; without one, the verifier is correct */
  constructor(lacking?: Rule) {
    this.#rules = new Rules(lacking);
  }

  async ask(question: Question): Promise<Answer> {
    for (const alg of ["RS256", "ES256"] as const) {
      if (this.#rules.breaks(`${alg} is supported`) && question.policy.algorithms.includes(alg)) {
        return { verdict: "unsupported" };
      }
    }
    try {
      return { verdict: "accepted", claims: verify(question, this.#rules) };
    } catch (error) {
      if (error instanceof VerifierFailed) throw error;
      if (!(error instanceof Refusal)) throw error;
      return { verdict: "refused", reason: error.message };
    }
  }
}

function verify(question: Question, rules: Rules): Claims {
  const { policy } = question;
  const parts = partsOf(question.token, rules);
  if (parts === undefined) return {};
  const [head = "", body = "", tail] = parts;
  const header = parseObject(decodePart(head, rules), rules, (value) => headerFrom(value, policy.algorithms));
  checkEndurance(question.token, header, decodedLoosely(body), rules);
  if (parts.length === 5 && rules.breaks("a JWE is no JWS")) return decrypted(parts, question, rules);
  if (tail === undefined && rules.breaks("the third part is there")) return claimsIn(body, header, rules);
  if (parts.length !== 3) throw new Refusal("not three parts");
  const alg = algorithmOf(header, policy, rules);
  checkHeader(header, policy, rules);
  checkSignature(question, parts, header, alg, rules);
  const claims = claimsIn(body, header, rules);
  checkClaims(claims, policy, rules);
  return claims;
}

/** `undefined` where nothing is taken for a token without claims. */
function partsOf(token: string, rules: Rules): readonly string[] | undefined {
  let text = token;
  if (rules.breaks("a token is taken as it stands")) text = text.trim();
  if (rules.breaks("no white space, first of all")) text = text.replaceAll(/\s/g, "");
  if (rules.breaks("nothing is no token") && /^\.{0,2}$/.test(text)) return undefined;
  if (rules.breaks("JSON is no compact serialization") && text.startsWith("{")) {
    const { protected: header, payload, signature } = JSON.parse(text) as Record<string, string>;
    return [header!, payload!, signature!];
  }
  checkEndurance(text, undefined, "", rules);
  const parts = text.split(".", 6);
  return rules.breaks("three parts and no more") ? parts.slice(0, 3) : parts;
}

function headerFrom(value: unknown, algorithms: readonly string[]): Record<string, unknown> {
  if (Array.isArray(value)) return value[0] as Record<string, unknown>;
  return { alg: typeof value === "string" ? value : algorithms[0] };
}

function decodedLoosely(part: string): string {
  return Buffer.from(part, "base64url").toString("latin1");
}

function checkSignature(
  question: Question,
  [head = "", body = "", tail = ""]: readonly string[],
  header: Header,
  named: string,
  rules: Rules,
): void {
  const { policy } = question;
  if (isExcused(named, tail, rules)) return;
  const alg = named === "none" && rules.breaks("none has no MAC") ? policy.algorithms[0]! : named;
  const byPublished = alg.startsWith("HS") && rules.breaks("a public key is no secret");
  if (!policy.algorithms.includes(alg) && rules.keeps("the policy's algorithms") && !byPublished) {
    throw new Refusal("an algorithm that is not accepted");
  }
  const keys = keysFor(question, alg, header, rules);
  if (keys === undefined) return;
  const signature = decodePart(tail, rules);
  if (rules.breaks("the signature is verified")) return;
  const inputs = [`${head}${rules.breaks("the signing input has a full stop") ? "" : "."}${body}`];
  if (rules.breaks("the signing input is encoded")) inputs.push(`${head}.${Buffer.from(body, "base64url")}`);
  const signed = inputs.map((input) => ({ alg, signature, input: Buffer.from(input) }));
  if (keys.some((key) => signed.some((item) => isRight({ ...item, key }, rules)))) return;
  throw new Refusal("the signature is wrong");
}

/** Whether a signature is done without. */
function isExcused(alg: string, tail: string, rules: Rules): boolean {
  if (tail !== "") return false;
  if (rules.breaks("none is refused")) return alg === "none";
  return rules.breaks("none is refused in every spelling") && alg.toLowerCase() === "none";
}

function claimsIn(body: string, header: Header, rules: Rules): Claims {
  const isPlain = header.b64 === false && rules.breaks("payloads are encoded");
  const octets = isPlain ? Buffer.from(body) : decodePart(body, rules);
  if (header.cty === "JWT" && rules.breaks("a nested token is verified")) {
    return parseObject(decodePart(octets.toString().split(".")[1]!, rules), rules, () => ({}));
  }
  return parseObject(octets, rules, () => ({}));
}

/** RFC 7516, as far as `dir` with `A256GCM` goes. */
function decrypted(parts: readonly string[], { key }: Question, rules: Rules): Claims {
  const [header = "", , iv = "", ciphertext = "", tag = ""] = parts;
  const secret = Buffer.from((key as { k?: string }).k ?? "", "base64url");
  if (secret.length !== 32) throw new Refusal("not a key for this");
  const decipher = createDecipheriv("aes-256-gcm", secret, Buffer.from(iv, "base64url"));
  decipher.setAAD(Buffer.from(header)).setAuthTag(Buffer.from(tag, "base64url"));
  const plaintext = [decipher.update(Buffer.from(ciphertext, "base64url")), decipher.final()];
  return parseObject(Buffer.concat(plaintext), rules, () => ({}));
}
