/** Our own server, client and verifier in the whole conformance suite. */
import { describe, expect, it } from "vitest";
import { barewireClient } from "../../tools/conformance/clients.ts";
import { profiles, runPeer } from "../../tools/conformance/peer.ts";
import { barewireServer } from "../../tools/conformance/servers.ts";
import { barewireVerifier } from "../../tools/conformance/verifiers.ts";
import { expectAsPinned, pinnedIds } from "../conformance/as-pinned.ts";

describe("in every profile of the conformance suite", () => {
  it.each([
    ["server", barewireServer()],
    ["client", barewireClient()],
    ["jwt", barewireVerifier()],
  ] as const)("our %s does what is pinned, and nothing wrong", async (role, peer) => {
    const run = await runPeer(peer, profiles);
    for (const { report } of run.profiles) expectAsPinned(report);
    const ran = run.profiles.flatMap(({ report }) => report.cases.map(({ id }) => id));
    expect(pinnedIds(role).filter((id) => !ran.includes(id))).toEqual([]);
  });
});
