import { SignallingError } from "./errors.ts";
import { Link } from "./link.ts";
import type { Timer } from "./ports.ts";
import type { Command, Notice, Request, Saying } from "./wire.ts";

/**
 * Called at once with what was asked for, by default the server's answer; or with why there is none. What it is called
 * with after that is of no account.
 */
export type Settle<Answer = Notice> = (answer: Answer | SignallingError) => void;

interface Waiting {
  readonly command: Command & { readonly seq?: number };
  readonly settle: Settle | undefined;
  readonly timer: Timer | undefined;
}

/**
 * The layer of a session that knows which commands the server has.
 *
 * A request is void with its connection, and when its answer is late. What is said in a room is numbered: over a
 * reconnect it is kept, and sent again if the server does not have it. An answer repeats the `id` of its command.
 */
export abstract class Outbox extends Link {
  /** What is not answered, or not acknowledged, oldest first. */
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #lastSeq = 0;

  protected request(request: Request, settle: Settle): void {
    const { state, settings } = this;
    if (state !== "online") settle(new SignallingError(state === "ended" ? state : "offline"));
    else if (this.#holds(2)) settle(new SignallingError("busy"));
    else {
      const id = this.#lastId + 1;
      // It is kept all the same: what is not answered may still wait to be sent, and all that waits is bounded.
      const late = (): void => settle(new SignallingError("timeout"));
      this.write(this.#keep({ ...request, id }, settle, settings.setTimeout(late, settings.requestTimeout)));
    }
  }

  /**
   * Says something in a room.
   *
   * @param now false: it is said by {@link acknowledge}
   * @param settle when missing, the server is not asked for an answer
   */
  protected post(saying: Saying, now: boolean, settle?: Settle): void {
    if (this.#holds(1)) {
      const busy = new SignallingError("busy");
      if (settle) settle(busy);
      else this.emit("refused", busy);
    } else {
      const id = settle && this.#lastId + 1;
      const command = this.#keep({ ...saying, id, seq: ++this.#lastSeq }, settle);
      if (now) this.write(command);
    }
  }

  protected requested(request: Request): Promise<Notice> {
    return promised((settle) => this.request(request, settle));
  }

  /** The command of this id is answered. Returns false when none was waiting. */
  protected settle(id: number | undefined, answer: Notice | SignallingError): boolean {
    const waiting = this.#waiting.get(id!);
    if (!waiting) return false;
    this.#waiting.delete(id!);
    this.settings.clearTimeout(waiting.timer);
    waiting.settle?.(answer);
    return true;
  }

  /** The server has all that was said up to this number. What it does not have is said again, in the same order. */
  protected acknowledge(ack: number, again = false): void {
    for (const [id, { command }] of this.#waiting)
      if (command.seq! <= ack) this.settle(id, { type: "ok", id });
      else if (command.seq && again) this.write(command);
  }

  /** Gives up the requests, or what was said: then numbers begin anew. */
  protected fail(error: SignallingError, said: boolean): void {
    if (said) this.#lastSeq = 0;
    for (const [id, { command }] of this.#waiting) if (said === "seq" in command) this.settle(id, error);
  }

  /** Whether it holds so many times what may wait. Who has said all that it may can still ask to be let in again. */
  #holds(times: number): boolean {
    return this.#waiting.size >= times * this.settings.pace.waiting;
  }

  #keep(command: Command, settle: Settle | undefined, timer?: Timer): Command {
    this.#waiting.set(++this.#lastId, { command, settle, timer });
    return command;
  }
}

/** A promise of what `tell` is to settle. */
export function promised<Answer>(tell: (settle: Settle<Answer>) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    tell((answer) => (answer instanceof SignallingError ? reject(answer) : resolve(answer)));
  });
}
