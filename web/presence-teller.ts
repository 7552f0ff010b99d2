/** Keeps what the server tells others of me the same as what is so, over refusals and rooms entered anew. */
import { SignallingError, type SignallingSession } from "../src/signalling/client/index.ts";
import { type PersonState, presenceOf } from "./presence.ts";

export class PresenceTeller {
  readonly #session: SignallingSession;
  /** What was told last, as JSON; undefined when it is not known what others believe. */
  #told: string | undefined;
  #wanted: PersonState | undefined;

  constructor(session: SignallingSession) {
    this.#session = session;
    // What others believe after that is what `join` said, or nothing of what was on its way.
    session.addEventListener("joined", () => {
      this.#told = undefined;
      this.#tell();
    });
  }

  /** Tells it to all in the room, now or when there is one; once, however often it is the same. */
  tell(state: PersonState): void {
    this.#wanted = state;
    this.#tell();
  }

  #tell(): void {
    const { room } = this.#session;
    if (!this.#wanted || room === undefined) return;
    const presence = presenceOf(this.#wanted);
    const text = JSON.stringify(presence);
    if (text === this.#told) return;
    this.#told = text;
    this.#session.setPresence(presence).catch((error: unknown) => {
      if (!(error instanceof SignallingError)) throw error;
      // Said in vain; `joined` says it anew, unless it was too much at once.
      if (this.#told === text) this.#told = undefined;
      if (error.code === "rate-limited") setTimeout(() => this.#tell(), error.retryAfter ?? RETRY);
    });
  }
}

/** Where the server does not say when. */
const RETRY = 2_000;
