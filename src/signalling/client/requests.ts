import { SignallingError } from "./errors.ts";
import type { Ports, Timer } from "./ports.ts";
import type { Notice } from "./wire.ts";

/** What came of a request: the server's answer, or why there is none. */
export type Answer = Notice | SignallingError;

interface Request {
  readonly settle: (answer: Answer) => void;
  readonly timer: Timer;
}

/** Requests that wait for their answers, told apart by the `id` that each answer repeats. */
export class Requests {
  readonly #ports: Ports;
  readonly #timeout: number;
  readonly #waiting = new Map<number, Request>();
  #lastId = 0;

  /** @param timeout milliseconds that each may wait */
  constructor(ports: Ports, timeout: number) {
    this.#ports = ports;
    this.#timeout = timeout;
  }

  /** Waits for the answer to a new id, which it returns. `settle` is called once, and at once on the answer. */
  open(settle: (answer: Answer) => void): number {
    const id = ++this.#lastId;
    const timer = this.#ports.setTimeout(() => {
      this.settle(id, new SignallingError("timeout", "the server did not answer in time"));
    }, this.#timeout);
    this.#waiting.set(id, { settle, timer });
    return id;
  }

  /** Settles the request of this id, if there is one. A notice that refuses settles it as an error. */
  settle(id: unknown, answer: Answer): boolean {
    const request = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (request === undefined) return false;
    this.#waiting.delete(id as number);
    this.#ports.clearTimeout(request.timer);
    request.settle(answer instanceof SignallingError ? answer : (refusalIn(answer) ?? answer));
    return true;
  }

  settleAll(error: SignallingError): void {
    for (const id of [...this.#waiting.keys()]) this.settle(id, error);
  }
}

function refusalIn(answer: Notice): SignallingError | undefined {
  if (answer.type === "error") return new SignallingError(answer.code, answer.message);
  if (answer.type === "auth" && answer.event === "refused")
    return new SignallingError(answer.code, "the server refused the login");
  return undefined;
}
