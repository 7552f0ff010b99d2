/**
 * The ends of logins, across processes that share a store: what one ends, the others refuse from then on, and close the
 * sockets that hang on it.
 */
import type { SessionEnd, SessionEndReason, Sessions } from "../auth/index.ts";
import type { Deadlines, Machine } from "../deadlines.ts";
import type { Log } from "../log.ts";
import type { SignallingServer } from "../signalling/index.ts";

const topic = "session-end";
/** Some ends may not have been heard: they are to be looked for in the store. */
const missedTopic = "session-ends-missed";

/** How often the store is looked into while others cannot be reached, in milliseconds. */
const lookAgain = 5_000;

/** What {@link shareSessionEnds} needs. */
export interface SharedEnds {
  readonly sessions: Pick<Sessions, "onEnd" | "endedElsewhere" | "catchUp">;
  readonly signalling: Pick<SignallingServer, "announce" | "onAnnouncement" | "onSharing">;
  readonly deadlines: Pick<Deadlines, "add" | "delete" | "now">;
  readonly log: Log;
}

/**
 * Announces each end that begins here, and takes over those that others announce. While others cannot be reached, their
 * ends are looked for in the store now and then; and once more by all of them when somebody can be reached again, who may
 * have announced what nobody has heard.
 *
 * @returns stops all of it
 */
export function shareSessionEnds({ sessions, signalling, deadlines, log }: SharedEnds): () => void {
  const look = (): void => {
    sessions.catchUp().catch((error: unknown) => {
      log.warn("auth.ends-missed", { message: error instanceof Error ? error.message : String(error) });
    });
  };
  const absence = new Absence(deadlines, look);
  signalling.onAnnouncement(topic, (text) => {
    const end = parseEnd(text);
    if (end !== undefined) sessions.endedElsewhere(end);
  });
  signalling.onAnnouncement(missedTopic, look);
  let stopped = false;
  signalling.onSharing((shared) => {
    absence.end();
    if (stopped) return;
    if (shared) {
      look();
      signalling.announce(missedTopic, "");
    } else absence.begin();
  });
  const stopListening = sessions.onEnd((end) => {
    if (end.elsewhere === undefined) signalling.announce(topic, JSON.stringify(end));
  });
  return () => {
    stopped = true;
    absence.end();
    stopListening();
  };
}

/** While others cannot be reached. */
class Absence implements Machine {
  readonly #deadlines: SharedEnds["deadlines"];
  readonly #look: () => void;
  nextTimeout: number = Number.POSITIVE_INFINITY;

  constructor(deadlines: SharedEnds["deadlines"], look: () => void) {
    this.#deadlines = deadlines;
    this.#look = look;
  }

  begin(): void {
    this.nextTimeout = this.#deadlines.now() + lookAgain;
    this.#deadlines.add(this);
  }

  end(): void {
    this.#deadlines.delete(this);
  }

  handleTimeout(now: number): void {
    this.nextTimeout = now + lookAgain;
    this.#look();
  }
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
