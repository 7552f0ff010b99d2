/**
 * The ends of logins, across processes that share a store: what one ends, the others refuse from then on, and close the
 * sockets that hang on it.
 */
import type { SessionEnd, SessionEndReason, Sessions } from "../auth/index.ts";
import type { SignallingServer } from "../signalling/index.ts";

const topic = "session-end";

/**
 * Announces each end that begins here, and takes over those that others announce. Who cannot be reached does not hear
 * of it: there a token is good until it expires, minutes later, and no refresh is.
 *
 * @returns stops announcing
 */
export function shareSessionEnds(
  sessions: Pick<Sessions, "onEnd" | "endedElsewhere">,
  signalling: Pick<SignallingServer, "announce" | "onAnnouncement">,
): () => void {
  signalling.onAnnouncement(topic, (text) => {
    const end = parseEnd(text);
    if (end !== undefined) sessions.endedElsewhere(end);
  });
  return sessions.onEnd((end) => {
    if (end.elsewhere === undefined) signalling.announce(topic, JSON.stringify(end));
  });
}

const reasons: Readonly<Record<SessionEndReason, true>> = {
  "logged-out": true,
  ended: true,
  revoked: true,
  reused: true,
  "password-changed": true,
  displaced: true,
};

/** Strict: another version of this program may announce something else, and is not to be half understood. */
function parseEnd(text: string): SessionEnd | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { accountId, sessionId, tokenId, reason, device } = value as Readonly<Record<string, unknown>>;
  if (typeof accountId !== "string" || typeof sessionId !== "string") return undefined;
  if (typeof reason !== "string" || !Object.hasOwn(reasons, reason)) return undefined;
  if (!isTextOrNothing(tokenId) || !isTextOrNothing(device)) return undefined;
  return { accountId, sessionId, tokenId, device, reason: reason as SessionEndReason };
}

function isTextOrNothing(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
