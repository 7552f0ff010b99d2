/** One case being carried out against a verifier of JWTs: what a case may ask of it. */
import type { CaseContext } from "../run/target.ts";
import { Deviation, type Finding, NotApplicable, SetupFailed } from "../verdict.ts";
import { type Answer, type Question, writeQuestion } from "./protocol.ts";
import { describeToken } from "./token-in-words.ts";

/** Whatever answers questions: a process, or a function of our own. */
export interface Verifier {
  /** Whether it goes by the policy's time instead of the real one. */
  readonly clock: boolean;
  /** @throws {VerifierFailed} when there is no answer */
  ask(question: Question, context: Pick<CaseContext, "patience" | "signal">): Promise<Answer>;
}

/** There was no answer: it ended, it was silent, or it said something else. The message says which. */
export class VerifierFailed extends Error {
  override readonly name = "VerifierFailed";
  /** Whether nothing else was being asked, so that there is no doubt about what brought it down. */
  readonly alone: boolean;

  constructor(message: string, alone: boolean) {
    super(message);
    this.alone = alone;
  }
}

export interface JwtTrialOptions {
  readonly verifier: Verifier;
  readonly context: CaseContext;
  /** The real time, in seconds since the epoch, whole. */
  readonly now: number;
}

export class JwtTrial {
  /** The real time at which the case began, in seconds since the epoch, whole. */
  readonly now: number;
  readonly #verifier: Verifier;
  readonly #context: CaseContext;
  #asked = 0;

  constructor({ verifier, context, now }: JwtTrialOptions) {
    this.now = now;
    this.#verifier = verifier;
    this.#context = context;
  }

  /** Notes what was found without ending the case. */
  note(finding: Finding): void {
    this.#context.note(finding);
  }

  /**
   * @returns the claims, where the verifier tells them
   * @throws {Deviation} when the token is refused
   */
  async accepts(question: Question): Promise<unknown> {
    const answer = await this.answers(question);
    if (answer.verdict === "accepted") return answer.claims;
    throw new Deviation("the token to be accepted", refusal(answer));
  }

  /** @throws {Deviation} when the token is accepted */
  async refuses(question: Question): Promise<void> {
    const answer = await this.answers(question);
    if (answer.verdict === "refused") return;
    throw new Deviation("the token to be refused", "it was accepted");
  }

  /**
   * A token that nothing is wrong with: who refuses this one too says nothing by refusing the other.
   *
   * @throws {SetupFailed} when it is refused
   */
  async flawless(question: Question): Promise<void> {
    const answer = await this.answers(question);
    if (answer.verdict === "accepted") return;
    throw new SetupFailed(`the verifier refuses what it must not only for its flaw: ${refusal(answer)}`);
  }

  /**
   * An answer, whichever it is.
   *
   * @throws {Deviation} when there is none
   * @throws {NotApplicable} when the verifier does not know what it is asked for
   */
  async answers(question: Question): Promise<Answer> {
    const answer = await this.#answer(question);
    if (answer.verdict !== "unsupported") return answer;
    throw new NotApplicable(answer.reason ?? "the verifier does not support what is asked for");
  }

  /** Whether the verifier knows what it is asked for. */
  async supports(question: Question): Promise<boolean> {
    return (await this.#answer(question)).verdict !== "unsupported";
  }

  async #answer(question: Question): Promise<Answer> {
    if (question.policy.now !== this.now && !this.#verifier.clock) {
      throw new NotApplicable("the verifier goes by the real time alone");
    }
    this.#logQuestion(question);
    const answer = await this.#ask(question);
    const { verdict, ...more } = answer;
    this.#log("received", verdict, jsonOf(more));
    return answer;
  }

  async #ask(question: Question): Promise<Answer> {
    try {
      return await this.#verifier.ask(question, this.#context);
    } catch (error) {
      if (!(error instanceof VerifierFailed)) throw error;
      this.#context.log.event(1, error.message);
      // RFC 7519 §7.2: "treated by the application as an invalid input": not as a reason to fall over.
      throw new Deviation("an answer", error.message, { level: "MUST", clause: "RFC 7519 §7.2" });
    }
  }

  #logQuestion(question: Question): void {
    this.#log("sent", `question ${++this.#asked}`, writeQuestion(this.#asked, question));
    for (const line of describeToken(question.token)) this.#context.log.event(1, line);
    this.#context.log.event(1, `policy ${JSON.stringify(question.policy)}`);
  }

  #log(direction: "sent" | "received", summary: string, line: string): void {
    this.#context.log.octets(1, direction, summary, Buffer.from(line));
  }
}

/** For the log. A verifier may hand out claims that are nested too deep to be written. */
function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "(nested too deep to be shown)";
  }
}

function refusal({ reason }: { readonly reason?: string }): string {
  return reason === undefined || reason === "" ? "it was refused" : `it was refused: ${oneLine(reason)}`;
}

/** Characters shown of a reason. */
const SHOWN = 160;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
