/**
 * The shell that keeps the key which access tokens are signed with: one private JWK in one file, for its
 * owner's eyes alone. Who can read it can log in as anybody.
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, unlink } from "node:fs/promises";
import { exportJwk, generateKey, importKey, type Jwk, JwtError, type Key, thumbprint } from "../jwt/index.ts";
import { AuthError } from "./errors.ts";

/** A private JWK for ES256 has some 250 bytes. */
const maxFileBytes = 4096;

/** Permission bits by which anybody but the owner could read or write. */
const othersMode = 0o077;

/**
 * The ES256 key in the file at `path`; where there is no file, a new key, written there first (mode 0600).
 * Its `kid` is the one in the file, or else its thumbprint (RFC 7638).
 *
 * @throws {AuthError} `key/exposed` when others may read the file, `key/unusable` when it cannot be read,
 * written, or understood
 */
export async function loadOrCreateSigningKey(path: string): Promise<Key> {
  try {
    return (await load(path)) ?? (await create(path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw unusable(path, `cannot be read or created: ${error.code}`, { cause: error });
  }
}

async function load(path: string): Promise<Key | undefined> {
  const file = await openExisting(path);
  if (file === undefined) return undefined;
  try {
    await checkFile(file, path);
    return parse(await file.readFile("utf8"), path);
  } finally {
    await file.close();
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Looks at the file that is open, not at whatever the name stands for by now. */
async function checkFile(file: FileHandle, path: string): Promise<void> {
  const stat = await file.stat();
  if (!stat.isFile()) throw unusable(path, "is not a file");
  if (stat.size > maxFileBytes) throw unusable(path, "is too large to be a key");
  // On Windows the mode says nothing about who may read.
  if (process.platform !== "win32" && (stat.mode & othersMode) !== 0) {
    throw new AuthError(
      "key/exposed",
      `The signing key ${path} may be read or written by others. If nobody did: chmod 600 ${path}. Otherwise delete it: all access tokens are void then, and are renewed by refresh tokens.`,
    );
  }
}

function parse(text: string, path: string): Key {
  let jwk: unknown;
  try {
    jwk = JSON.parse(text);
  } catch {
    // Without the cause: it quotes what was read, and that is the key.
    throw unusable(path, "is not JSON");
  }
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) throw unusable(path, "is not a JWK");
  let key: Key;
  try {
    key = importKey(jwk as Jwk, "ES256");
  } catch (error) {
    if (!(error instanceof JwtError)) throw error;
    throw unusable(path, "is not an ES256 private JWK", { cause: error });
  }
  if (key.type !== "private") throw unusable(path, "is a public key");
  return named(key);
}

/**
 * Writes a new key under a name of its own and then links it to `path`. So the file is whole from the moment
 * it is there, and when two processes start together, both use the key of the one that came first.
 */
async function create(path: string): Promise<Key> {
  const key = named(await generateKey("ES256"));
  const temporary = `${path}.${randomBytes(8).toString("hex")}.tmp`;
  await write(temporary, `${JSON.stringify(exportJwk(key, { private: true }), null, 2)}\n`);
  try {
    await link(temporary, path);
    return key;
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EEXIST") throw error;
  } finally {
    await unlink(temporary);
  }
  const other = await load(path);
  if (other === undefined) throw unusable(path, "was there and vanished");
  return other;
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    // Or a power cut might leave the name and lose the contents.
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The key with a `kid`, and marked as one for signatures, as `/.well-known/jwks.json` shows it. */
function named(key: Key): Key {
  const kid = key.kid ?? thumbprint(exportJwk(key));
  return importKey(exportJwk(key, { private: true }), "ES256", { kid, use: "sig" });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function unusable(path: string, why: string, options?: ErrorOptions): AuthError {
  return new AuthError("key/unusable", `The signing key ${path} ${why}.`, options);
}
