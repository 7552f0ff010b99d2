/** Carries out cases against the correct peers and against mutants: what the suite is worth. */
import type { Case, Role } from "../case.ts";
import { clientCases, serverCases } from "../cases/index.ts";
import type { ClientTrial } from "../client/client-trial.ts";
import { runCases } from "../run/runner.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import type { Broken } from "./faults.ts";
import { isRed, type Meeting, type Proven, usualVerdict } from "./meeting.ts";
import { MutantServerTarget, mutantClient } from "./mutant-targets.ts";
import { casesAgainst, type Mutant } from "./mutants.ts";

/** A peer in this process. */
export interface ProvingPeer {
  readonly role: Exclude<Role, "jwt">;
  readonly broken: Broken;
  /** Whether a server speaks HTTP/2 by hand. Default false. */
  readonly byHand?: boolean;
}

/** A case of either role. */
export type ProvingCase = Case<ServerTrial> | Case<ClientTrial>;

interface RunOptions {
  /** Milliseconds to wait for evidence. */
  readonly patience: number;
  /** Cases at a time. */
  readonly concurrency: number;
}

export interface ProofOptions {
  /** Milliseconds to wait for evidence; those for which a machine under load was too slow get more. Default 800. */
  readonly patience?: number;
  /** Mutants at a time, each with four cases at a time. Default 8. */
  readonly concurrency?: number;
  /** Which of the cases that are listed for a mutant it meets. Default: all. */
  readonly choose?: (cases: readonly ProvingCase[]) => readonly ProvingCase[];
}

/** A correct peer makes nobody wait, however busy the machine is. */
const PATIENT: RunOptions = { patience: 30_000, concurrency: 4 };
/**
 * A mutant that got away may have done so because the case did not get round to it, on a machine under load: they meet
 * again, with so many times the patience.
 */
const AGAIN: readonly number[] = [6, 36];

/** What there is to carry out against a peer of this role. */
export function casesFor(role: Exclude<Role, "jwt">): readonly ProvingCase[] {
  return role === "server" ? serverCases : clientCases;
}

/** The verdicts of the peer as it stands, without any fault. */
export async function proveCorrect(
  role: Exclude<Role, "jwt">,
  ids: ReadonlySet<string>,
): Promise<readonly Proven[]> {
  return meet({ role, broken: () => false }, ids, PATIENT);
}

/** Lets each mutant meet the cases that are listed for it. */
export async function proveMutants(
  mutants: readonly Mutant[],
  { patience = 800, concurrency = 8, choose = (cases) => cases }: ProofOptions = {},
): Promise<readonly Meeting[]> {
  const listed = (mutant: Mutant): readonly ProvingCase[] =>
    choose(casesAgainst(mutant, casesFor(mutant.role)));
  let meetings: readonly Meeting[] = [];
  const waiting = [...mutants];
  const lane = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const together = listed(mutant).filter(({ alone }) => !alone);
      const met = await meetMutant(mutant, together, { patience, concurrency: 4 });
      meetings = [...meetings, ...met];
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  for (const mutant of mutants) {
    const alone = listed(mutant).filter((item) => item.alone);
    meetings = [...meetings, ...(await meetOneByOne(mutant, alone, patience))];
  }
  for (const times of AGAIN) meetings = await metAgain(meetings, patience * times);
  return meetings;
}

/** The meetings as they are, or as they were when both met again. */
async function metAgain(meetings: readonly Meeting[], patience: number): Promise<readonly Meeting[]> {
  const settled: Meeting[] = [];
  for (const meeting of meetings) {
    const again = isRed(meeting) ? [meeting] : await meetOneByOne(meeting.mutant, [meeting], patience);
    settled.push(...again);
  }
  return settled;
}

/** A fresh peer for each: what strains one should not be felt by the next case. */
async function meetOneByOne(
  mutant: Mutant,
  cases: readonly { readonly id: string }[],
  patience: number,
): Promise<readonly Meeting[]> {
  const meetings: Meeting[] = [];
  for (const item of cases)
    meetings.push(...(await meetMutant(mutant, [item], { patience, concurrency: 1 })));
  return meetings;
}

async function meetMutant(
  mutant: Mutant,
  cases: readonly { readonly id: string }[],
  options: RunOptions,
): Promise<readonly Meeting[]> {
  if (cases.length === 0) return [];
  const ids = new Set(cases.map(({ id }) => id));
  const met = await meet(mutant, ids, options);
  // The peer without faults passes everything, but for those few cases that need another manner, or HTTP/2 by hand.
  const special = mutant.fault.manner !== undefined || mutant.byHand;
  const correct = special ? await meet({ ...mutant, broken: mutant.correct }, ids, PATIENT) : [];
  const verdicts = new Map(correct.map(({ id, verdict }) => [id, verdict]));
  return met.map((proven) => ({
    ...proven,
    mutant,
    correct: verdicts.get(proven.id) ?? usualVerdict(proven),
  }));
}

async function meet(
  { role, broken, byHand = false }: ProvingPeer,
  ids: ReadonlySet<string>,
  options: RunOptions,
): Promise<readonly Proven[]> {
  const run = { ...options, suite: { name: "mutants", version: "" }, repeat: () => "" };
  if (role === "client") {
    const cases = clientCases.filter(({ id }) => ids.has(id));
    return (await runCases(cases, mutantClient(broken), run)).cases;
  }
  const cases = serverCases.filter(({ id }) => ids.has(id));
  const target = await MutantServerTarget.start(broken, { byHand });
  try {
    return (await runCases(cases, target, run)).cases;
  } finally {
    await target.close();
  }
}
