/** A change of password: everywhere else one is logged out by it, here one stays, with tokens that are new. */
import type { PasswordCaller } from "../password/index.ts";
import type { Session } from "./access-token.ts";
import type { Accounts } from "./accounts.ts";
import { AuthError } from "./errors.ts";
import type { ClientPlace } from "./refresh.ts";
import type { Sessions } from "./sessions.ts";
import type { IssuedTokens } from "./token-pairs.ts";

/** Who changes which password into which, and from where. */
export interface PasswordChangeRequest {
  readonly session: Session;
  readonly current: string;
  readonly next: string;
  readonly place: ClientPlace;
  readonly caller?: PasswordCaller | undefined;
}

/** Who carries it out. */
export interface PasswordChangePorts {
  readonly accounts: Pick<Accounts, "prepareChange">;
  readonly sessions: Pick<Sessions, "changePassword" | "renew">;
}

/**
 * Changes the password of `session`'s account: all of its other sessions end in the same step, and this one gets
 * a new pair of tokens, as OWASP ASVS 7.2.4 asks of every authentication.
 *
 * @throws {AuthError} `auth/bad-credentials` when `current` is wrong, `account/weak-password`, `auth/busy`,
 *   `store/failed`: then nothing has changed. `session/unknown` when the password is changed, but there are no new
 *   tokens: this session has ended meanwhile, or the store failed between the two steps (see `cause`)
 */
export async function changePassword(
  { accounts, sessions }: PasswordChangePorts,
  { session, current, next, place, caller }: PasswordChangeRequest,
): Promise<IssuedTokens> {
  const prepared = await accounts.prepareChange(session.username, { current, next }, caller);
  await sessions.changePassword({ ...prepared, keep: session.sessionId });
  try {
    return await sessions.renew(session, place);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    // Whoever is told that the store failed tries again, with a password that is no longer good.
    const message = "The password was changed, but this session cannot go on. Log in with the new one.";
    throw new AuthError("session/unknown", message, { cause: error });
  }
}
