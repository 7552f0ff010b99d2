/** Runs the cases of the opening handshake, or some of them, against a server or a client. */
import type { Case } from "../../../src/conformance/case.ts";
import { handshakeForClients, handshakeForServers } from "../../../src/conformance/cases/handshake.ts";
import type { ClientTrial } from "../../../src/conformance/client/client-trial.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { runCases } from "../../../src/conformance/run/runner.ts";
import { ServerTarget } from "../../../src/conformance/server/server-target.ts";
import type { ServerTrial } from "../../../src/conformance/server/server-trial.ts";
import { type EchoClient, InProcessClient } from "./in-process-client.ts";

const options = { suite: { name: "test", version: "0" }, repeat: (id: string) => id, concurrency: 24 };

/** A server that is known to be there, though it may not be one of WebSocket. */
class CertainServer extends ServerTarget {
  override async probe(): Promise<number> {
    return 0;
  }

  override async alive(): Promise<boolean> {
    return true;
  }
}

export async function runServer(
  url: URL,
  patience: number,
  cases: readonly Case<ServerTrial>[] = handshakeForServers,
): Promise<RunReport> {
  return runCases(cases, new CertainServer({ url, patience: 10_000 }), { ...options, patience });
}

export async function runClient(
  client: EchoClient,
  patience: number,
  cases: readonly Case<ClientTrial>[] = handshakeForClients,
): Promise<RunReport> {
  return runCases(cases, new InProcessClient(client), { ...options, patience });
}
