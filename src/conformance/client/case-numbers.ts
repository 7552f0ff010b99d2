/** The numbers by which a client asks for cases: one for every connection, since a client makes one for a number. */
import type { Case } from "../case.ts";
import type { Which } from "./fuzzing-protocol.ts";

/** What stands behind a number. */
export interface Numbered<T> {
  /** `undefined` for the first number: the echo that every case builds on. */
  readonly item: Case<T> | undefined;
  /** Which of the case's connections, from 1. */
  readonly connection: number;
}

export class CaseNumbers<T> {
  readonly #numbered: readonly Numbered<T>[];

  /** @param cases in the order of their numbers */
  constructor(cases: readonly Case<T>[]) {
    const connections = cases.flatMap((item) =>
      Array.from({ length: item.connections ?? 1 }, (_, i) => ({ item, connection: i + 1 })),
    );
    this.#numbered = [{ item: undefined, connection: 1 }, ...connections];
  }

  get count(): number {
    return this.#numbered.length;
  }

  /** `undefined` when there is none. */
  find(which: Which): Numbered<T> | undefined {
    if ("number" in which) return this.#numbered[which.number - 1];
    const { name } = which;
    return this.#numbered.find(({ item }) => item?.id === name || item?.autobahn.includes(name));
  }
}

/** What is told to a client that asks for the case. */
export function caseInfo<T>({ item, connection }: Numbered<T>): { id: string; description: string } {
  if (item === undefined) {
    return { id: "echo", description: "One text message to be echoed, as every message of the cases" };
  }
  const { id, title, requirement, connections = 1 } = item;
  const part = connections === 1 ? "" : ` (connection ${connection} of ${connections})`;
  return { id, description: `${title}${part}: ${requirement}` };
}
