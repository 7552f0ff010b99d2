/** What the cases of one section have in common, said once. */
import type { Case, Level, Profile, Role } from "../case.ts";
import type { ClientTrial } from "../client/client-trial.ts";
import type { Trial } from "../peer/trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";

/** A case within its section. */
export interface CaseInSection<T> {
  /** The case's own number in the clause; it never changes, and is never given to another. */
  readonly number: number;
  readonly title: string;
  readonly requirement: string;
  readonly level: Level;
  /** Default: none. */
  readonly autobahn?: readonly string[];
  readonly connections?: number;
  readonly alone?: boolean;
  /** Default: the section's. */
  readonly overHttp2?: boolean;
  readonly run: (trial: T) => Promise<void>;
}

export interface SectionOptions {
  readonly profile: Profile;
  /** Whether its cases also run over HTTP/2. Default false. */
  readonly overHttp2?: boolean;
}

/** Cases for servers and clients alike. */
export function both(
  clause: string,
  options: SectionOptions,
  cases: readonly CaseInSection<Trial>[],
): readonly Case<Trial>[] {
  return section(clause, options, cases, ["server", "client"]);
}

/** Cases for servers alone. */
export function forServers(
  clause: string,
  options: SectionOptions,
  cases: readonly CaseInSection<ServerTrial>[],
): readonly Case<ServerTrial>[] {
  return section(clause, options, cases, ["server"]);
}

/** Cases for clients alone. */
export function forClients(
  clause: string,
  options: SectionOptions,
  cases: readonly CaseInSection<ClientTrial>[],
): readonly Case<ClientTrial>[] {
  return section(clause, options, cases, ["client"]);
}

/** @param clause `rfc6455/5.5.1` */
export function section<T>(
  clause: string,
  { profile, overHttp2 = false }: SectionOptions,
  cases: readonly CaseInSection<T>[],
  roles: readonly Role[],
): readonly Case<T>[] {
  return cases.map(({ number, autobahn = [], ...rest }) => ({
    overHttp2,
    ...rest,
    id: `${clause}/${number}`,
    profile,
    autobahn,
    roles,
  }));
}
