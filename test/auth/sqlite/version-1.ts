/** What the first version of this program wrote, word for word. */
export const version1: string = `
  PRAGMA journal_mode = WAL;
  BEGIN IMMEDIATE;
  CREATE TABLE accounts (
     id TEXT PRIMARY KEY NOT NULL,
     username TEXT NOT NULL UNIQUE COLLATE NOCASE,
     password_hash TEXT NOT NULL,
     created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE revocations (
     jti TEXT PRIMARY KEY NOT NULL,
     expires_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX revocations_by_expiry ON revocations (expires_at);
  PRAGMA application_id = 1651668850; PRAGMA user_version = 1; COMMIT;`;
