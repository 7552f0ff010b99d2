/**
 * What the suite and a verifier say to each other: lines of JSON over the verifier's standard input and output.
 * docs/conformance-jwt.md is the same for those who write an adapter.
 *
 *     suite ──▶ verifier   {"id":7,"token":"eyJ…","key":{"kty":"oct",…},"policy":{"algorithms":["HS256"],…}}
 *     suite ◀── verifier   {"id":7,"accept":true,"claims":{"sub":"alice",…}}
 */

/** A JSON Web Key, RFC 7517 §4. */
export interface Jwk {
  readonly kty?: string;
  readonly [member: string]: unknown;
}

/** RFC 7517 §5. */
export interface JwkSet {
  readonly keys: readonly unknown[];
  readonly [member: string]: unknown;
}

/** What the application that asks demands of a token. */
export interface Policy {
  /** The algorithms that it accepts (RFC 8725 §3.1); at least one. */
  readonly algorithms: readonly string[];
  /** The time, in seconds since the epoch; within a second of the real time unless the verifier has a clock to set. */
  readonly now: number;
  /** Whose tokens it accepts. */
  readonly issuer?: string;
  /** The name by which a token has to address it. Without it, it has none. */
  readonly audience?: string;
  readonly subject?: string;
  /** The kind of token that it accepts, by the header's `typ`. */
  readonly typ?: string;
  /** Clock skew allowed, in seconds. Default 0. */
  readonly clockTolerance?: number;
  /** How old the token may be by its `iat`, in seconds. */
  readonly maxAge?: number;
  /** The extensions that it understands (RFC 7515 §4.1.11). Default: none. */
  readonly crit?: readonly string[];
}

/** Whether this token is good for that application. */
export interface Question {
  readonly token: string;
  readonly key: Jwk | JwkSet;
  readonly policy: Policy;
}

/** What the verifier says that the token claims; `undefined` where it does not tell. */
export function claimIn(claims: unknown, name: string): unknown {
  return isObject(claims) ? claims[name] : undefined;
}

/** What a verifier says of itself before its first answer, if it wants to. */
export interface Hello {
  /** Whether it goes by {@link Policy.now} instead of the real time. */
  readonly clock: boolean;
  /** What it calls itself: `jose 6.2.17`. */
  readonly name?: string;
}

export type Answer =
  /** The claims as JSON has them, whatever they are: perhaps the verifier took for claims what are none. */
  | { readonly verdict: "accepted"; readonly claims?: unknown }
  | { readonly verdict: "refused"; readonly reason?: string }
  /** It does not know the algorithm, or has no option for something in the policy. */
  | { readonly verdict: "unsupported"; readonly reason?: string };

/** A line that came from a verifier. */
export type Line = { readonly hello: Hello } | { readonly id: number; readonly answer: Answer };

/** A line that is none of the protocol's. */
export class MalformedLine extends Error {
  override readonly name = "MalformedLine";
}

/** The line for a question, without its end. */
export function writeQuestion(id: number, { token, key, policy }: Question): string {
  return JSON.stringify({ id, token, key, policy });
}

/**
 * Reads a line strictly: a misspelt member must not pass for an answer.
 *
 * @throws {MalformedLine} with what is wrong with it
 */
export function readLine(line: string): Line {
  const object = parseObject(line);
  const { id, accept, claims, reason, hello, unsupported } = object;
  if (hello !== undefined) return { hello: readHello(object) };
  if (typeof id !== "number") throw malformed(line, '"id" is not the number of a question');
  const why = reason === undefined ? {} : { reason: textOf(line, "reason", reason) };
  if (unsupported === true) return { id, answer: { verdict: "unsupported", ...why } };
  if (typeof accept !== "boolean") throw malformed(line, '"accept" is neither true nor false');
  if (!accept) return { id, answer: { verdict: "refused", ...why } };
  return { id, answer: { verdict: "accepted", ...(claims === undefined ? {} : { claims }) } };
}

function readHello(object: Record<string, unknown>): Hello {
  const { hello, clock = false, name } = object;
  const line = JSON.stringify(object);
  if (hello !== true) throw malformed(line, '"hello" is not true');
  if (typeof clock !== "boolean") throw malformed(line, '"clock" is neither true nor false');
  return { clock, ...(name === undefined ? {} : { name: textOf(line, "name", name) }) };
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw malformed(line, "it is not JSON");
  }
  if (!isObject(value)) throw malformed(line, "it is not an object");
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(line: string, name: string, value: unknown): string {
  if (typeof value !== "string") throw malformed(line, `"${name}" is not a string`);
  return value;
}

/** Characters shown of a line that was not understood. */
const SHOWN = 80;

function malformed(line: string, why: string): MalformedLine {
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
  return new MalformedLine(`it wrote a line that is no answer (${why}): ${JSON.stringify(shown)}`);
}
