/** What sessions do, told as simply as can be: nothing is hashed or sealed, and every token is remembered. */
import { defaultReuseGrace } from "../../src/auth/refresh.ts";
import { beginning, day } from "./virtual-auth.ts";

/** One refresh token, once it was spent also when and from where. */
interface ModelToken {
  readonly text: string;
  at?: number;
  by?: string;
}

/** One session. `tokens` begins anew with a renewal; the last is the current one. */
export interface ModelSession {
  readonly id: string;
  readonly createdAt: number;
  seenAt: number;
  expiresAt: number;
  tokens: ModelToken[];
  /** Whether it is stored, be it over or not. */
  stored: boolean;
}

/** All sessions of one account. */
export class SessionModel {
  now: number = beginning;
  readonly sessions: ModelSession[] = [];
  /** Every end that is told, as `reason of session`. */
  readonly ends: string[] = [];
  readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  stored(): ModelSession[] {
    return this.sessions.filter(({ stored }) => stored);
  }

  /** A session that was opened; the ones seen longest ago make room. */
  open(id: string, text: string): void {
    const session = { id, createdAt: this.now, seenAt: 0, expiresAt: 0, tokens: [], stored: true };
    this.sessions.push(session);
    this.issue(session, text);
    const others = this.stored().filter((other) => other !== session);
    this.end(others.sort((a, b) => b.seenAt - a.seenAt).slice(this.most - 1), "displaced");
  }

  /** A token that became the current one. */
  issue(session: ModelSession, text: string): void {
    session.tokens.push({ text });
    session.seenAt = this.now;
    session.expiresAt = Math.min(this.now + 30 * day, session.createdAt + 90 * day);
  }

  end(sessions: readonly ModelSession[], reason: string): void {
    for (const session of sessions) {
      session.stored = false;
      this.ends.push(`${reason} of ${session.id}`);
    }
  }

  /** What must come of a refresh: `new` for a new token, a token that is out already, or the code of a refusal. */
  refresh(text: string, by: string): string {
    const session = this.stored().find(({ tokens }) => tokens.some((token) => token.text === text));
    if (session === undefined) return "refresh/invalid";
    if (session.expiresAt <= this.now) return "refresh/expired";
    const last = session.tokens.length - 1;
    const n = session.tokens.findIndex((token) => token.text === text);
    const token = session.tokens[n]!;
    if (n === last) {
      Object.assign(token, { at: this.now, by });
      return "new";
    }
    const fresh = this.now - token.at! < defaultReuseGrace && last - n <= 8;
    const later = session.tokens.slice(n + 1, last);
    if (fresh && later.every((other) => other.by === by)) return session.tokens[last]!.text;
    this.end([session], "reused");
    return "refresh/reused";
  }
}
