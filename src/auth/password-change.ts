/** A change of password: everywhere else one is logged out by it, here one stays, with tokens that are new. */
import type { PasswordCaller } from "../password/index.ts";
import type { Session } from "./access-token.ts";
import type { Accounts } from "./accounts.ts";
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

/**
 * Changes the password of `session`'s account: all of its other sessions end in the same step, and this one gets
 * a new pair of tokens, as OWASP ASVS 7.2.4 asks of every authentication.
 *
 * @throws {AuthError} `auth/bad-credentials` when `current` is wrong, `account/weak-password`, `auth/busy`,
 *   `session/unknown` when this session has ended meanwhile (the password is changed all the same), `store/failed`
 */
export async function changePassword(
  { accounts, sessions }: { readonly accounts: Accounts; readonly sessions: Sessions },
  { session, current, next, place, caller }: PasswordChangeRequest,
): Promise<IssuedTokens> {
  const prepared = await accounts.prepareChange(session.username, { current, next }, caller);
  await sessions.changePassword({ ...prepared, keep: session.sessionId });
  return sessions.renew(session, place);
}
