/** The verifier of the mutants as a target, without a process. */
import type { Case } from "../../case.ts";
import type { TargetDescription } from "../../run/run-report.ts";
import type { CaseContext, Target } from "../../run/target.ts";
import { JwtTrial } from "../trial.ts";
import type { Rule } from "./rules.ts";
import { OwnVerifier } from "./verifier.ts";

export class OwnTarget implements Target<JwtTrial> {
  readonly role = "jwt";
  readonly description: TargetDescription;
  readonly #verifier: OwnVerifier;

  /** @param lacking the rule that is broken; without one, the verifier is correct */
  constructor(lacking?: Rule) {
    this.#verifier = new OwnVerifier(lacking);
    const name = lacking === undefined ? "the correct verifier" : `the verifier that lacks “${lacking}”`;
    this.description = { address: "in this process", name };
  }

  async probe(): Promise<number> {
    return 0;
  }

  async alive(): Promise<boolean> {
    return true;
  }

  begin(_item: Case<JwtTrial> | undefined, context: CaseContext): JwtTrial {
    return new JwtTrial({ verifier: this.#verifier, context, now: Math.floor(Date.now() / 1000) });
  }

  async end(): Promise<void> {}

  async close(): Promise<void> {}
}
