/** Accounts, access tokens and their revocation; nothing of HTTP. README.md says in which order to read. */
export { Accounts, type AccountsOptions, minPasswordCharacters } from "./accounts.ts";
export { AuthError, type AuthErrorCode } from "./errors.ts";
export { MemoryStore } from "./memory-store.ts";
export { Revocations } from "./revocation.ts";
export { type IssuedToken, type Session, Sessions, type SessionsOptions } from "./sessions.ts";
export { loadOrCreateSigningKey } from "./signing-key.ts";
export { SqliteStore } from "./sqlite-store.ts";
export type { Account, AccountStore, Revocation, RevocationStore } from "./store.ts";
