/** Runs as large as real ones: cases for every requirement that tools/requirements lists, with long wire logs. */
import type { Level, Profile } from "../../../src/conformance/case.ts";
import { Random } from "../../../src/conformance/random.ts";
import type { CaseReport, RunReport } from "../../../src/conformance/run/run-report.ts";
import type { Finding, Verdict } from "../../../src/conformance/verdict.ts";
import { closePayload, Opcode } from "../../../src/conformance/wire/frame.ts";
import type { WireEntry } from "../../../src/conformance/wire/wire-log.ts";
import { documents } from "../../../tools/requirements/documents.ts";
import type { Requirement } from "../../../tools/requirements/requirement.ts";
import { runOf, sampleCase } from "./sample.ts";
import { Scene } from "./scene.ts";

/** Who is compared, and how often each errs, in thousandths. */
const peers = [
  { name: "kite/2.4.1", fails: 12, warns: 14, address: "ws://127.0.0.1:9001/echo" },
  { name: "harbour 0.9.0", fails: 3, warns: 9, address: "ws://127.0.0.1:9002/" },
  { name: "old-gateway/1.18 behind a proxy", fails: 60, warns: 30, address: "ws://127.0.0.1:8080/ws/echo" },
] as const;

/** Runs with `size` cases each, the same in all of them; another run for every peer. */
export function manyRuns(size: number, runs = 3): readonly RunReport[] {
  const rules = documents.flatMap(({ number, requirements }) =>
    requirements.map((requirement) => ({ number, requirement })),
  );
  return peers.slice(0, runs).map(({ name, address, fails, warns }, peer) => {
    const cases = Array.from({ length: size }, (_, at): CaseReport => {
      const { number, requirement } = rules[at % rules.length]!;
      const id = `rfc${number}/${requirement.section}/${Math.floor(at / rules.length) * 40 + 1 + (at % rules.length)}`;
      const draw = Random.for(peer, id).below(1000);
      const verdict =
        draw < fails
          ? "fail"
          : draw < fails + warns
            ? "warn"
            : draw > 985
              ? "info"
              : draw > 940
                ? "not applicable"
                : "pass";
      return caseOf(id, number, requirement, verdict);
    });
    const ordered = cases.toSorted(
      (a, b) => profileOrder(a.profile) - profileOrder(b.profile) || bySection(a, b),
    );
    return runOf(ordered, { target: { address, name }, duration: 8_213 + 9_000 * peer });
  });
}

function caseOf(
  id: string,
  number: string,
  { quote, level, test }: Requirement,
  verdict: Verdict,
): CaseReport {
  const [proof] = [test].flat();
  const title = proof !== undefined && "title" in proof ? String(proof.title) : quote.slice(0, 60);
  const findings: readonly Finding[] =
    verdict === "fail" || verdict === "warn" || verdict === "info"
      ? [
          {
            severity: verdict,
            expected: "a Close frame with 1002, or the end",
            came: 'text "still here", 10 octets',
          },
        ]
      : [];
  const key: Level = String(level).startsWith("should") ? "SHOULD" : "MUST";
  return sampleCase({
    id,
    title,
    requirement: quote,
    level: key,
    profile: profileOf(number, id),
    verdict,
    findings,
    ...(verdict === "not applicable" ? { reason: "the server does not accept permessage-deflate" } : {}),
    wire: conversation(id),
  });
}

function profileOf(number: string, id: string): Profile {
  if (number === "7692") return "deflate";
  if (number === "8441") return "h2";
  return /\/(4|9|11)\b/.test(id) ? "handshake" : /\/10\b/.test(id) ? "hostile" : "core";
}

function profileOrder(profile: Profile): number {
  return ["core", "deflate", "handshake", "hostile", "h2"].indexOf(profile);
}

function bySection(a: CaseReport, b: CaseReport): number {
  return a.id.localeCompare(b.id, "en", { numeric: true });
}

function conversation(id: string): readonly WireEntry[] {
  const random = Random.for(1, id);
  const scene = new Scene().opened(1, "Sec-WebSocket-Version: 13\r\n");
  for (let at = 0; at < random.below(12); at++) {
    const payload = random.octets(random.below(180));
    scene
      .after(random.below(30) / 10)
      .sends({
        opcode: Opcode.Binary,
        rsv: random.below(10) === 0 ? 4 : 0,
        payload,
        maskingKey: random.octets(4),
      })
      .after(random.below(30) / 10)
      .receives({ opcode: Opcode.Binary, payload });
  }
  return scene
    .sends({ opcode: Opcode.Close, payload: closePayload(1000) })
    .receives({ opcode: Opcode.Close, payload: closePayload(1000) })
    .event("the peer ended the connection").entries;
}
