/** A run as the suite makes them, small: every verdict, profile and kind of entry is in it. */
import type { CaseDescription, Profile } from "../../../src/conformance/case.ts";
import { countVerdicts } from "../../../src/conformance/report/verdict-words.ts";
import { type CaseReport, REPORT_FORMAT, type RunReport } from "../../../src/conformance/run/run-report.ts";
import type { Finding, Verdict } from "../../../src/conformance/verdict.ts";
import { closePayload, Opcode } from "../../../src/conformance/wire/frame.ts";
import type { WireEntry } from "../../../src/conformance/wire/wire-log.ts";
import { Scene } from "./scene.ts";

/** What a sample case has that is not the same for all. */
export interface SampleCase extends Partial<CaseDescription> {
  readonly id: string;
  readonly verdict?: Verdict;
  readonly findings?: readonly Finding[];
  readonly reason?: string;
  readonly wire?: readonly WireEntry[];
}

const pinged =
  "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close frame.";
const body =
  "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte order) representing a status code";

/** A case with what is left out filled in. */
export function sampleCase(given: SampleCase): CaseReport {
  const { id, verdict = "pass", findings = [], reason, wire = new Scene().opened().entries } = given;
  return {
    id,
    title: given.title ?? "a Ping without payload",
    requirement: given.requirement ?? pinged,
    level: given.level ?? "MUST",
    profile: given.profile ?? "core",
    autobahn: given.autobahn ?? [],
    verdict,
    findings,
    ...(reason === undefined ? {} : { reason }),
    duration: wire.at(-1)?.at ?? 0,
    wire,
    repeat: `npx barewire conform server ws://127.0.0.1:9001/echo --only ${id} --seed 7`,
  };
}

/** A run of these cases. */
export function runOf(cases: readonly CaseReport[], other: Partial<RunReport> = {}): RunReport {
  return {
    format: REPORT_FORMAT,
    role: "server",
    target: { address: "ws://127.0.0.1:9001/echo", name: "kite/2.4.1" },
    suite: { name: "barewire", version: "0.1.0" },
    startedAt: "2026-11-22T12:40:11.000Z",
    duration: 8_213.4,
    seed: 7,
    complete: true,
    totals: countVerdicts(cases),
    cases,
    ...other,
  };
}

/** A Close frame of one octet, which the peer takes for a good one. */
export function failedClose(): CaseReport {
  const wire = new Scene()
    .opened()
    .sends({ opcode: Opcode.Close, payload: Buffer.of(0x03) })
    .after(1.2)
    .receives({ opcode: Opcode.Close, payload: closePayload(1000, "bye") })
    .event("the peer ended the connection").entries;
  return sampleCase({
    id: "rfc6455/5.5.1/3",
    title: "a Close frame of one octet",
    requirement: body,
    autobahn: ["7.3.2"],
    verdict: "fail",
    findings: [
      {
        severity: "fail",
        expected: "a Close frame with 1002, or the end",
        came: 'Close 1000 "bye", 5 octets',
      },
    ],
    wire,
  });
}

/** One case for each verdict, in five sections of four profiles. */
export function sampleRun(): RunReport {
  const deflate: Profile = "deflate";
  return runOf([
    sampleCase({ id: "rfc6455/5.5.2/1", autobahn: ["2.1"], wire: pingPong("") }),
    sampleCase({
      id: "rfc6455/5.5.2/2",
      title: "a Ping of 125 octets",
      autobahn: ["2.4"],
      wire: pingPong("p".repeat(125)),
    }),
    failedClose(),
    sampleCase({
      id: "rfc6455/8.1/12",
      title: "text that is not UTF-8, in two fragments",
      requirement:
        "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_.",
      level: "SHOULD",
      autobahn: ["6.4.1", "6.4.2"],
      verdict: "warn",
      findings: [
        {
          severity: "warn",
          expected: "an end at the first octet that cannot be",
          came: "an end 1.02 s later, at the end of the message",
          clause: "RFC 6455 §8.1",
        },
      ],
      wire: slowUtf8(),
    }),
    sampleCase({
      id: "rfc6455/7.1.1/2",
      title: "who ends the TCP connection",
      requirement: "the server MUST close the underlying TCP connection immediately",
      level: "MAY",
      verdict: "info",
      findings: [{ severity: "info", expected: "the end within 1 s", came: "the end after 3.1 ms" }],
    }),
    sampleCase({
      id: "rfc7692/7.2.3/1",
      title: "a message in two compressed fragments",
      profile: deflate,
      verdict: "not applicable",
      reason: "the server does not accept permessage-deflate",
    }),
    sampleCase({
      id: "rfc6455/4.2.1/9",
      title: "a request without Host",
      profile: "handshake",
      verdict: "setup failed",
      reason: "127.0.0.1:9001: ECONNRESET",
      wire: [],
    }),
    sampleCase({
      id: "rfc6455/10.4/4",
      title: "a million empty fragments",
      profile: "hostile",
      level: "SHOULD",
      verdict: "harness error",
      reason: "TypeError: Cannot read properties of undefined (reading 'payload')",
    }),
  ]);
}

function pingPong(payload: string): readonly WireEntry[] {
  return new Scene()
    .opened()
    .sends({ opcode: Opcode.Ping, payload })
    .receives({ opcode: Opcode.Pong, payload })
    .sends({ opcode: Opcode.Close, payload: closePayload(1000) })
    .receives({ opcode: Opcode.Close, payload: closePayload(1000) })
    .event("the peer ended the connection").entries;
}

function slowUtf8(): readonly WireEntry[] {
  return new Scene()
    .opened()
    .sends({
      opcode: Opcode.Text,
      fin: false,
      payload: Buffer.concat([Buffer.from("κόσμε "), Buffer.of(0xf4, 0x90, 0x80, 0x80)]),
    })
    .after(1_020)
    .sends({ opcode: Opcode.Continuation, payload: "edited" })
    .after(1.4)
    .receives({ opcode: Opcode.Close, payload: closePayload(1007, "invalid UTF-8") })
    .event("the peer ended the connection").entries;
}
