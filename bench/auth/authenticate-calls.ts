/** `Sessions.authenticate` as calls to be measured, beside so many revocations. */
import { randomBytes } from "node:crypto";
import { AuthError } from "../../src/auth/index.ts";
import type { Call } from "../harness/calls.ts";
import { lowCost, type OurAuth, openOurAuth, usernameOf } from "./our-auth.ts";

export interface AuthenticateDuty {
  /** How many tokens are asked about in turn. */
  readonly ring: number;
  /** How many revocations are held, by the name of the call. */
  readonly revoked: Readonly<Record<string, number>>;
}

/** The calls, once each is proven to accept its tokens and to refuse one that was revoked. */
export async function authenticateCalls({ ring, revoked }: AuthenticateDuty): Promise<readonly Call[]> {
  const calls: Call[] = [];
  for (const [name, count] of Object.entries(revoked)) {
    const auth = await openOurAuth({ accounts: ACCOUNTS, cost: lowCost });
    const tokens = await openSessions(auth, ring);
    revoke(auth, count);
    await proveRevocation(auth);
    calls.push(asking(name, auth, tokens));
  }
  return calls;
}

/** Goes on where the last run ended: a short run would otherwise ask with the first few tokens again and again. */
function asking(name: string, { sessions }: OurAuth, tokens: readonly Buffer[]): Call {
  let next = 0;
  const run = (times: number): unknown => {
    let last: unknown;
    for (let i = 0; i < times; i++) {
      last = sessions.authenticate(tokens[next]!.toString("latin1"));
      next = next + 1 === tokens.length ? 0 : next + 1;
    }
    return last;
  };
  return { name, run };
}

/** Each has at most a few dozen sessions; more, and the oldest are ended. */
const ACCOUNTS = 1_000;
const place = { device: "bench", address: "192.0.2.1" };

async function openSessions({ store, sessions }: OurAuth, count: number): Promise<readonly Buffer[]> {
  const tokens: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const account = (await store.findAccountByUsername(usernameOf(i % ACCOUNTS)))!;
    const { accessToken, session } = await sessions.open(account, place);
    if (sessions.authenticate(accessToken).tokenId !== session.tokenId) {
      throw new Error("authenticate read another session");
    }
    tokens.push(Buffer.from(accessToken, "latin1"));
  }
  return tokens;
}

function revoke({ revocations }: OurAuth, count: number): void {
  const now = Date.now() / 1_000;
  for (let i = 0; i < count; i++) {
    const kind = i % 2 === 0 ? "token" : "session";
    revocations.add({ kind, id: randomBytes(16).toString("base64url"), expiresAt: now + 600 }, now);
  }
  if (revocations.size !== count) throw new Error(`${revocations.size} revocations are held, not ${count}`);
}

async function proveRevocation({ store, sessions }: OurAuth): Promise<void> {
  const account = (await store.findAccountByUsername(usernameOf(0)))!;
  const { accessToken, session } = await sessions.open(account, place);
  await sessions.revokeToken(session);
  try {
    sessions.authenticate(accessToken);
  } catch (error) {
    if (error instanceof AuthError && error.code === "token/revoked") return;
    throw error;
  }
  throw new Error("a token that was revoked is accepted");
}
