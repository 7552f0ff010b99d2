/** From the octets of a key file, or what stands for one, to a key. */
import {
  type Algorithm,
  algorithmNames,
  exportJwk,
  importKey,
  type Jwk,
  JwtError,
  type Key,
  thumbprint,
} from "../jwt/index.ts";
import { type Command, type CommandLine, usage } from "./command-line.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { parseJsonObject } from "./json-input.ts";
import { describeSource, type Source } from "./source.ts";

/** What the command line says about the key. */
export interface KeyRequest {
  /** `undefined`: a JWK's own `alg`. */
  readonly alg: Algorithm | undefined;
  readonly encoding: Encoding | undefined;
  /** The key's name, in place of the JWK's own. */
  readonly kid?: string | undefined;
}

const encodings = ["raw", "base64url", "base64", "hex"] as const;
/** How the octets of a secret are spelt. */
export type Encoding = (typeof encodings)[number];

export interface ImportedKey {
  readonly key: Key;
  /** What its owner may have overlooked. */
  readonly note?: string | undefined;
}

/**
 * The algorithm called `name`.
 * @throws {CommandError} 2 when there is none
 */
export function parseAlgorithm(name: string, command: Command): Algorithm {
  const alg = algorithmNames.find((known) => known === name);
  if (alg !== undefined) return alg;
  throw usage(`--alg must be one of ${algorithmNames.join(", ")}`, command);
}

/**
 * What `--key-encoding` says; `undefined` when it was not given.
 * @throws {CommandError} 2 when there is no such encoding
 */
export function parseEncoding(line: CommandLine): Encoding | undefined {
  const text = line.text("key-encoding");
  const encoding = encodings.find((known) => known === text);
  if (text !== undefined && encoding === undefined) {
    throw usage(`--key-encoding must be one of ${encodings.join(", ")}`, line.command);
  }
  return encoding;
}

/**
 * The key in `octets`: a JWK, PEM text or, for HMAC, a secret.
 *
 * @throws {CommandError} 3 when there is no such key in them, 2 when the options do not go with it
 */
export function importFrom(octets: Buffer, source: Source, request: KeyRequest): ImportedKey {
  const text = octets.toString().replace(/^\ufeff/, "");
  if (request.encoding === undefined) {
    if (text.includes("-----BEGIN "))
      return { key: bind(text, needAlgorithm(request, source), request, source) };
    const jwk = /^\s*\{/.test(text) ? parseJsonObject(text) : undefined;
    if (jwk !== undefined) return { key: importJwk(jwk, request, source) };
  }
  const { alg, encoding = "raw" } = request;
  if (alg?.startsWith("HS")) return importSecret(octets, encoding, { ...request, alg }, source);
  throw request.encoding === undefined
    ? unfit(source, "it is neither a JWK nor PEM text")
    : new CommandError(ExitCode.Usage, "--key-encoding is for the secrets of HS256, HS384 and HS512");
}

function importJwk(jwk: Record<string, unknown>, request: KeyRequest, source: Source): Key {
  if (jwk.kty === undefined && jwk.keys !== undefined) {
    throw unfit(source, "it is a JWK Set; verify takes one with --jwks");
  }
  const own = request.alg === undefined ? algorithmNames.find((name) => name === jwk.alg) : request.alg;
  if (own === undefined && jwk.alg !== undefined) throw unfit(source, `its "alg" is none that we have`);
  return bind(jwk as Jwk, own ?? needAlgorithm(request, source), request, source);
}

function importSecret(
  octets: Buffer,
  encoding: Encoding,
  request: KeyRequest & { readonly alg: Algorithm },
  source: Source,
): ImportedKey {
  const secret = encoding === "raw" ? octets : decode(octets.toString("latin1").trim(), encoding);
  if (secret === undefined) throw unfit(source, `it is not ${encoding}`);
  const key = bind(secret, request.alg, request, source);
  const note =
    encoding === "raw" && /^[\x20-\x7e]+\r?\n$/.test(octets.toString("latin1"))
      ? `the secret from ${describeSource(source)} ends with a line feed, which counts as part of it`
      : undefined;
  return { key, note };
}

/** Strictly: what does not encode to itself again is no encoding. */
function decode(text: string, encoding: Exclude<Encoding, "raw">): Buffer | undefined {
  const octets = Buffer.from(text, encoding);
  return octets.toString(encoding) === (encoding === "hex" ? text.toLowerCase() : text) ? octets : undefined;
}

function needAlgorithm({ alg }: KeyRequest, source: Source): Algorithm {
  if (alg !== undefined) return alg;
  throw new CommandError(
    ExitCode.Usage,
    `--alg is needed: the key from ${describeSource(source)} does not say its algorithm`,
  );
}

function bind(material: Jwk | string | Buffer, alg: Algorithm, { kid }: KeyRequest, source: Source): Key {
  try {
    return importKey(material, alg, kid === undefined ? {} : { kid });
  } catch (error) {
    throw keyFailure(error, `the key from ${describeSource(source)}`);
  }
}

/** A refused key as the end of the command: 2 when this Node lacks its algorithm, else 3. What is no JwtError is thrown on. */
export function keyFailure(error: unknown, what: string): CommandError {
  if (!(error instanceof JwtError)) throw error;
  const { code, message } = error;
  if (code.startsWith("alg/"))
    return new CommandError(ExitCode.Usage, `${message} (${code})`, { cause: error });
  return new CommandError(ExitCode.Unreachable, `${what} cannot be used: ${message} (${code})`, {
    cause: error,
  });
}

function unfit(source: Source, why: string): CommandError {
  return new CommandError(
    ExitCode.Unreachable,
    `the key from ${describeSource(source)} cannot be used: ${why}`,
  );
}

/** The value of `--kid` that stands for the key's thumbprint (RFC 7638). */
export const THUMBPRINT = "thumbprint";

/** `jwk` with the `kid` that was asked for. */
export function withKid(jwk: Jwk, kid: string | undefined): Jwk {
  if (kid === undefined) return jwk;
  return { ...jwk, kid: kid === THUMBPRINT ? thumbprint(jwk) : kid };
}

/** `key` with the `kid` that was asked for. */
export function named(key: Key, kid: string | undefined): Key {
  if (kid === undefined) return key;
  return importKey(withKid(exportJwk(key, { private: key.type !== "public" }), kid), key.alg);
}
