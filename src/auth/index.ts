/** Accounts, sessions, tokens, tickets and their end; nothing of HTTP. README.md says in which order to read. */
export {
  type AccessTokenOptions,
  AccessTokens,
  defaultAccessLifetime,
  type Session,
} from "./access-token.ts";
export { Accounts, type AccountsOptions } from "./accounts.ts";
export { AuthError, type AuthErrorCode } from "./errors.ts";
export { MemoryStore } from "./memory-store.ts";
export { type Auth, type OpenAuthOptions, openAuth, type PasswordOptions } from "./open-auth.ts";
export { changePassword, type PasswordChangeRequest } from "./password-change.ts";
export { type ClientPlace, defaultReuseGrace } from "./refresh.ts";
export { Revocations } from "./revocation.ts";
export { type RoomGrant, type RoomRole, roomRoles } from "./room-grant.ts";
export {
  defaultRoomTokenLifetime,
  isRoomName,
  maxRoomTokenLifetime,
  type RoomTokenOptions,
  type RoomTokenRequest,
  RoomTokens,
} from "./room-token.ts";
export {
  accountScope,
  administratorScope,
  defaultScope,
  grantScope,
  hasScope,
  roomsScope,
  socketsScope,
} from "./scope.ts";
export type { SessionEnd, SessionEndReason } from "./session-ends.ts";
export {
  defaultRefreshLifetime,
  defaultSessionLifetime,
  defaultSessionsPerAccount,
  type SessionSummary,
  Sessions,
  type SessionsOptions,
} from "./sessions.ts";
export { loadOrCreateSigningKey } from "./signing-key.ts";
export {
  defaultAwaited,
  defaultFirstMessageTimeout,
  type LoginSocket,
  loginEnded,
  type Receipt,
  SocketLogins,
  type SocketLoginsOptions,
} from "./socket-logins.ts";
export { SqliteStore } from "./sqlite/sqlite-store.ts";
export type {
  Account,
  AccountStore,
  AuthStore,
  OpeningTerms,
  PasswordChange,
  Revocation,
  RevocationStore,
  Rotation,
  SessionSelection,
  SessionStore,
  StoredSession,
} from "./store.ts";
export {
  defaultTicketLifetime,
  defaultTickets,
  defaultTicketsPerAccount,
  defaultTicketsPerSession,
  Tickets,
  type TicketsOptions,
} from "./tickets.ts";
export type { IssuedTokens } from "./token-pairs.ts";
