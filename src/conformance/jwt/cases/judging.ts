/** The three shapes that nearly every case about a token has. */
import type { Case } from "../../case.ts";
import { type CaseInSection, section } from "../../cases/section.ts";
import type { Question } from "../protocol.ts";
import { flawlessFor } from "../question.ts";
import type { JwtTrial } from "../trial.ts";

/** The cases of one clause. @param clause `rfc7515/5.2` */
export function clause(name: string, cases: readonly CaseInSection<JwtTrial>[]): readonly Case<JwtTrial>[] {
  return section(name, { profile: "jwt" }, cases, ["jwt"]);
}

type Run = (trial: JwtTrial) => Promise<void>;

/** The token has to be accepted. @param make the question, by the real time in seconds */
export function accepted(make: (now: number) => Question): Run {
  return async (trial) => {
    await trial.accepts(make(trial.now));
  };
}

/** The token has to be refused, and its flawless twin to be accepted, or the refusal would say nothing. */
export function refused(make: (now: number) => Question): Run {
  return async (trial) => {
    const flawed = make(trial.now);
    await trial.flawless(flawlessFor(flawed));
    await trial.refuses(flawed);
  };
}

/** Either is right, as long as there is an answer, and good tokens are accepted afterwards. */
export function withstood(make: (now: number) => Question): Run {
  return async (trial) => {
    const strained = make(trial.now);
    await trial.answers(strained);
    await trial.accepts(flawlessFor(strained));
  };
}

/** The same, for a token that there is nothing good about. */
export function refusedAndWithstood(make: (now: number) => Question): Run {
  return async (trial) => {
    const flawed = make(trial.now);
    await trial.refuses(flawed);
    await trial.accepts(flawlessFor(flawed));
  };
}
