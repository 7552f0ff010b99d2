/** A badge: the answer that an endpoint of shields.io gives (https://shields.io/badges/endpoint-badge). */
import type { RunReport } from "../run/run-report.ts";
import { visible } from "./visible.ts";

/** What the endpoint answers with. */
export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: "brightgreen" | "yellow" | "red" | "lightgrey";
}

const labels: Readonly<Record<RunReport["role"], string>> = {
  server: "WebSocket server",
  client: "WebSocket client",
  jwt: "JWT verifier",
};

/** What the badge says of a run. It is never green when a verdict is missing. */
export function badgeOf({ role, totals, cases, complete }: RunReport): Badge {
  const unjudged = totals["setup failed"] + totals["harness error"];
  const judged = cases.length - unjudged - totals["not applicable"];
  const passed = totals.pass + totals.info;
  const badge = (message: string, color: Badge["color"]): Badge => ({
    schemaVersion: 1,
    label: `${labels[role]} conformance`,
    message,
    color,
  });
  if (totals.fail > 0) return badge(`${totals.fail} of ${judged} failed`, "red");
  if (!complete) return badge("not complete", "lightgrey");
  if (unjudged > 0) return badge(`${unjudged} could not be judged`, "red");
  if (judged === 0) return badge("nothing judged", "lightgrey");
  if (totals.warn > 0) return badge(`${passed} of ${judged}, ${totals.warn} warned`, "yellow");
  return badge(`${passed} of ${judged}`, "brightgreen");
}

/** The badge as a JSON file. */
export function badgeReport(report: RunReport): string {
  return `${visible(JSON.stringify(badgeOf(report)))}\n`;
}
