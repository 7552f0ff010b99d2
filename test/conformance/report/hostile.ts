/** A run against a peer that writes to whoever reads the report: every text that it can choose is an attack. */
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { closePayload, Opcode } from "../../../src/conformance/wire/frame.ts";
import { runOf, sampleCase } from "./sample.ts";
import { Scene } from "./scene.ts";

/** Ends of elements and sections, markup, escape sequences (C0 and C1), marks that turn words round, line ends. */
export const attack: string =
  "</script><script>alert(1)</script><img src=x onerror=alert(1)>]]>--> \x1b[2J\x1b]0;owned\x07\x9b31m \u202eelif\u2066 \u200b\0\r\n# injected | **bold** `code` ``` [link](javascript:alert(1)) @everyone &amp; \"quoted' \ud800";

/** The attack in the target's name, findings, reasons and on the wire. */
export function hostileRun(): RunReport {
  const finding = (severity: "fail" | "warn" | "info") => ({
    severity,
    expected: attack,
    came: attack,
    clause: attack,
  });
  const wire = new Scene()
    .opened()
    .octets("received", attack, attack)
    .sends({ opcode: Opcode.Text, payload: attack })
    .receives({ opcode: Opcode.Text, payload: attack })
    .receives({ opcode: Opcode.Close, payload: closePayload(1000, attack.slice(0, 100)) })
    .event(attack).entries;
  const cases = [
    sampleCase({
      id: "rfc6455/5.2/1",
      title: attack,
      requirement: attack,
      verdict: "fail",
      findings: [finding("fail")],
      wire,
    }),
    sampleCase({ id: "rfc6455/5.2/2", verdict: "warn", findings: [finding("warn")], wire }),
    sampleCase({ id: "rfc6455/5.2/3", verdict: "info", findings: [finding("info")], wire }),
    sampleCase({ id: "rfc6455/5.2/4", verdict: "setup failed", reason: attack, wire: [] }),
    sampleCase({ id: "rfc6455/5.2/5", verdict: "harness error", reason: attack, wire }),
    sampleCase({ id: "rfc6455/5.2/6", verdict: "not applicable", reason: attack, wire }),
    sampleCase({ id: "rfc6455/5.2/7", verdict: "pass", autobahn: [attack], wire }),
  ];
  return runOf(cases, { target: { address: attack, name: attack }, complete: false, ended: attack });
}
