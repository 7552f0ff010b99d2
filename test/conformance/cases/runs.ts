/** Cases run against a server, or a client of this process. */
import type { Case } from "../../../src/conformance/case.ts";
import { handshakeForClients } from "../../../src/conformance/cases/handshake.ts";
import type { ClientTrial } from "../../../src/conformance/client/client-trial.ts";
import {
  type EchoClient,
  InProcessClientTarget,
} from "../../../src/conformance/client/in-process-client-target.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { runCases } from "../../../src/conformance/run/runner.ts";
import { ServerTarget } from "../../../src/conformance/server/server-target.ts";
import type { ServerTrial } from "../../../src/conformance/server/server-trial.ts";

const options = { suite: { name: "test", version: "0" }, repeat: (id: string) => id, concurrency: 24 };

export async function runServer(
  url: URL,
  patience: number,
  cases: readonly Case<ServerTrial>[],
): Promise<RunReport> {
  return runCases(cases, new ServerTarget({ url, patience }), { ...options, patience });
}

export async function runClient(
  client: EchoClient,
  patience: number,
  cases: readonly Case<ClientTrial>[] = handshakeForClients,
): Promise<RunReport> {
  return runCases(cases, new InProcessClientTarget(client), { ...options, patience });
}

/** What of a report is not as it should be, or cannot be said, in lines that can be read. */
export function notPassed({ cases, ended }: RunReport): readonly string[] {
  const lines = cases
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ verdict, id, findings, reason }) => {
      const why = findings.map(({ expected, came }) => `expected ${expected}; came ${came}`);
      return [`${verdict}: ${id}`, ...why, ...(reason === undefined ? [] : [reason])].join(" · ");
    });
  return ended === undefined ? lines : [...lines, ended];
}
