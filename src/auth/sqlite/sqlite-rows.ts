/** From rows to what the stores' interface speaks of. A row that none of our programs wrote is refused. */
import type { SQLOutputValue } from "node:sqlite";
import type { Account, Revocation, Rotation, StoredSession } from "../store.ts";
import { DamageError } from "./sqlite-errors.ts";

/** A row as `node:sqlite` gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The account in a row of `accounts`. */
export function readAccount(row: Row): Account {
  return {
    id: text(row.id),
    username: text(row.username),
    passwordHash: text(row.password_hash),
    passwordVersion: integer(row.password_version),
    createdAt: integer(row.created_at),
  };
}

/** The session in a row of `sessions`. */
export function readSession(row: Row): StoredSession {
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    family: text(row.family),
    scope: text(row.scope),
    createdAt: integer(row.created_at),
    lastSeenAt: integer(row.last_seen_at),
    expiresAt: integer(row.expires_at),
    device: text(row.device),
    address: text(row.address),
    current: text(row.current),
    rotations: readRotations(text(row.rotations)),
    version: integer(row.version),
  };
}

/** The revocation in a row of `revocations`. */
export function readRevocation(row: Row): Revocation {
  const kind = text(row.kind);
  if (kind !== "token" && kind !== "session") throw new DamageError();
  return { kind, id: text(row.id), expiresAt: integer(row.expires_at) };
}

/** The column "id", of statements that return no other. */
export function readId(row: Row): string {
  return text(row.id);
}

/** The form in which rotations are kept. */
export function writeRotations(rotations: readonly Rotation[]): string {
  return JSON.stringify(
    rotations.map(({ spent, sealedSuccessor, at, by }) => ({ spent, sealedSuccessor, at, by })),
  );
}

function readRotations(json: string): readonly Rotation[] {
  const rotations = parseJson(json);
  if (!Array.isArray(rotations)) throw new DamageError();
  return rotations.map((rotation: unknown) => {
    if (typeof rotation !== "object" || rotation === null) throw new DamageError();
    const { spent, sealedSuccessor, at, by } = rotation as Record<string, unknown>;
    return { spent: text(spent), sealedSuccessor: text(sealedSuccessor), at: integer(at), by: text(by) };
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw new DamageError();
    throw error;
  }
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new DamageError();
  return value;
}

function integer(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new DamageError();
  return value;
}
