/** What the verifier of the mutants demands of a header. */
import type { Policy } from "../protocol.ts";
import { Refusal, type Rules } from "./rules.ts";

export type Header = Readonly<Record<string, unknown>>;

/** The algorithm that the header names. */
export function algorithmOf(header: Header, policy: Policy, rules: Rules): string {
  let { alg } = header;
  if (rules.breaks("alg is there") && (typeof alg !== "string" || alg === "")) alg = policy.algorithms[0];
  if (rules.breaks("alg is a text")) alg = String(alg);
  if (typeof alg !== "string") throw new Refusal("alg is not a string");
  if (rules.breaks("alg in its case")) alg = alg.toUpperCase();
  if (rules.breaks("alg in full")) alg = policy.algorithms.find((name) => `${alg}`.startsWith(name)) ?? alg;
  return alg as string;
}

const known: ReadonlySet<string> = new Set(["alg", "typ", "kid", "crit"]);

/** @throws {Refusal} for whatever does not depend on a key */
export function checkHeader(header: Header, policy: Policy, rules: Rules): void {
  if (
    rules.breaks("unknown parameters are ignored") &&
    Object.keys(header).some((name) => !known.has(name))
  ) {
    throw new Refusal("an unknown parameter");
  }
  if (rules.keeps("kid is a text") && !isTextOrAbsent(header.kid)) throw new Refusal("kid is not a string");
  checkTyp(header, policy, rules);
  checkCritical(header, policy, rules);
  const plain = header.b64 === undefined || header.b64 === true;
  if (!plain && readsB64.every((rule) => rules.keeps(rule))) throw new Refusal("b64 is not true");
}

/** Who lacks one of these knows no b64, or what to do about it. */
const readsB64 = ["b64 false is refused", "payloads are encoded", "crit is understood"] as const;

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function checkTyp({ typ }: Header, policy: Policy, rules: Rules): void {
  if (policy.typ === undefined) {
    if (rules.breaks("typ is for who asks") && typ !== undefined && typ !== "JWT") throw new Refusal("typ");
    return;
  }
  if (rules.breaks("typ is compared")) return;
  if (typ === undefined && rules.breaks("typ is there")) return;
  const text = rules.breaks("typ is a text") ? String(typ) : typ;
  if (typeof text !== "string") throw new Refusal("typ is not a string");
  const expected = mediaType(policy.typ, rules);
  const came = mediaType(text, rules);
  if (rules.breaks("typ in full") ? came.startsWith(expected) : came === expected) return;
  throw new Refusal("another typ");
}

function mediaType(typ: string, rules: Rules): string {
  const name = rules.breaks("typ in any case") ? typ : typ.toLowerCase();
  return name.includes("/") || rules.breaks("typ may have application/") ? name : `application/${name}`;
}

const registered: ReadonlySet<string> = new Set([
  "alg",
  "jku",
  "jwk",
  "kid",
  "x5u",
  "x5c",
  "x5t",
  "x5t#S256",
  "typ",
  "cty",
  "crit",
]);

function checkCritical(header: Header, policy: Policy, rules: Rules): void {
  const { crit } = header;
  if (crit === undefined || rules.breaks("crit is understood")) return;
  if (!Array.isArray(crit)) {
    if (rules.breaks("crit is a list")) return;
    throw new Refusal("crit is not an array");
  }
  if (crit.length === 0 && rules.keeps("crit is not empty")) throw new Refusal("crit is empty");
  if (rules.keeps("crit names nothing twice") && new Set(crit).size !== crit.length) {
    throw new Refusal("crit names something twice");
  }
  const understood = crit.map((name) => isUnderstood(name, header, policy, rules));
  if (rules.breaks("all of crit is understood") ? understood.includes(true) : !understood.includes(false)) {
    return;
  }
  throw new Refusal("crit is not understood");
}

function isUnderstood(name: unknown, header: Header, policy: Policy, rules: Rules): boolean {
  if (typeof name !== "string") return rules.breaks("crit lists texts");
  if (registered.has(name)) return rules.breaks("crit names no registered parameters");
  if (!Object.hasOwn(header, name)) return rules.breaks("crit names what is there");
  if (name === "b64" && rules.breaks("payloads are encoded")) return true;
  if (rules.breaks("crit is no member of Object") && name in {}) return true;
  if (rules.breaks("who understands an extension accepts it")) return false;
  const written = rules.breaks("crit in its case") ? name.toLowerCase() : name;
  return policy.crit?.includes(written) === true;
}
