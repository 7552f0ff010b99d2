/**
 * What a refresh token looks like, and what is kept of it.
 *
 *     bwr_ base64url( family, 16 bytes ‖ secret, 32 bytes )
 *
 * The family names the session and stays the same from the login to the end; the secret is another at each
 * rotation. Both are random and both are stored as hashes alone, so a stolen database logs nobody in. Because
 * the family is as hard to guess as the secret, whoever presents a known family with a wrong secret has once
 * held a token of this session: it was spent. So every spent token is recognised, however old, without a list
 * of them. (The prefix is for the scanners that look for secrets in source code.)
 *
 * RFC 6749 §10.4: "The authorization server MUST maintain the binding between a refresh token and the client
 * to whom it was issued", and §10.10 wants tokens that cannot be guessed: 2^-128 at most; these are 2^-256.
 */
import { createHash, createHmac } from "node:crypto";
import { equalBytes } from "../bytes.ts";

/** Bytes of the part that names the session. */
export const familyLength = 16;

/** Bytes of the part that is another at each rotation. */
export const secretLength = 32;

const prefix = "bwr_";
const grammar: RegExp = /^bwr_[A-Za-z0-9_-]{64}$/;

/** A refresh token, taken apart. Both parts are secret. */
export interface RefreshToken {
  readonly family: Uint8Array;
  readonly secret: Uint8Array;
}

/** The token of these parts, as the client keeps it. */
export function formatRefreshToken({ family, secret }: RefreshToken): string {
  return prefix + Buffer.concat([family, secret]).toString("base64url");
}

/** The parts of `text`, or undefined when it is no refresh token. 64 characters are 48 bytes, in one way only. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  if (!grammar.test(text)) return undefined;
  const bytes = Buffer.from(text.slice(prefix.length), "base64url");
  return { family: bytes.subarray(0, familyLength), secret: bytes.subarray(familyLength) };
}

/** What a store keeps of a part: SHA-256 in base64url. No salt and no stretching: the parts are random. */
export function hashOf(part: Uint8Array): string {
  return createHash("sha256").update(part).digest("base64url");
}

/** Whether `hash` is the one of `part`. */
export function isHashOf(hash: string, part: Uint8Array): boolean {
  return equalBytes(Buffer.from(hash), Buffer.from(hashOf(part)));
}

/**
 * `successor` for the eyes of whoever has `spent`: exclusive or with a pad that only `spent` gives. The pad is
 * used once, for a secret has one successor; to anybody else, the store included, the result is random.
 */
export function sealSuccessor(successor: Uint8Array, spent: Uint8Array): string {
  return Buffer.from(exclusiveOr(successor, padOf(spent))).toString("base64url");
}

/** The successor that {@link sealSuccessor} was given; something else with another `spent`. */
export function openSuccessor(sealed: string, spent: Uint8Array): Uint8Array {
  return exclusiveOr(Buffer.from(sealed, "base64url"), padOf(spent));
}

function padOf(spent: Uint8Array): Uint8Array {
  return createHmac("sha256", spent).update("barewire refresh successor").digest();
}

function exclusiveOr(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ b[i]!);
}
