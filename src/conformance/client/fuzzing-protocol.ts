/**
 * What clients ask of the fuzzing server of Autobahn|Testsuite, so that the drivers that exist for it in every language
 * come here as well. Each request is an opening handshake; what is asked for is in its path.
 *
 *     /getCaseCount                  one text message with the number of cases, then a Close frame
 *     /getCaseInfo?case=N            one text message with {"id", "description"} in JSON, then a Close frame
 *     /runCase?case=N&agent=A        the connection belongs to the case
 *     /getCaseStatus?case=N&agent=A  one text message with {"behavior"} in JSON, then a Close frame
 *     /updateReports?agent=A         a Close frame: the client has nothing more to do
 *     /stopServer                    likewise
 *
 * Instead of `case=N` there may be `casetuple=1.1.1`, by Autobahn's own numbers, or by the ids of this suite.
 */
import type { Verdict } from "../verdict.ts";

/** Which case: by its number, from 1, or by name. */
export type Which = { readonly number: number } | { readonly name: string };

export type Wanted =
  | { readonly kind: "case count" | "end" | "page" | "nothing we have" }
  | { readonly kind: "case info" | "case status"; readonly which: Which }
  | { readonly kind: "case"; readonly which: Which; readonly agent: string | undefined };

/** What a request with this start line wants. */
export function readWanted(startLine: string): Wanted {
  const nothing = { kind: "nothing we have" } as const;
  const target = /^GET (\/\S*) HTTP\/1\.1$/.exec(startLine)?.[1];
  // Only the path is of interest; the authority is needed to read it.
  if (target === undefined || !URL.canParse(`http://localhost${target}`)) return nothing;
  const { pathname, searchParams } = new URL(`http://localhost${target}`);
  if (pathname === "/") return { kind: "page" };
  if (pathname === "/getCaseCount") return { kind: "case count" };
  if (pathname === "/updateReports" || pathname === "/stopServer") return { kind: "end" };
  const which = whichCase(searchParams);
  if (which === undefined) return nothing;
  if (pathname === "/getCaseInfo") return { kind: "case info", which };
  if (pathname === "/getCaseStatus") return { kind: "case status", which };
  if (pathname === "/runCase") return { kind: "case", which, agent: searchParams.get("agent") ?? undefined };
  return nothing;
}

function whichCase(parameters: URLSearchParams): Which | undefined {
  const name = parameters.get("casetuple");
  if (name !== null) return { name };
  const number = parameters.get("case");
  return number !== null && /^[1-9]\d{0,5}$/.test(number) ? { number: Number(number) } : undefined;
}

/** Autobahn's words for a verdict. */
export const behaviors: Readonly<Record<Verdict, string>> = {
  pass: "OK",
  info: "INFORMATIONAL",
  warn: "NON-STRICT",
  fail: "FAILED",
  "not applicable": "UNIMPLEMENTED",
  "setup failed": "FAILED",
  "harness error": "FAILED",
};

/** What is said of a case that was not run, or not to its end. */
export const MISSING = "MISSING";
