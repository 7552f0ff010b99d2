import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { Case } from "../../../src/conformance/case.ts";
import type { ClientTrial } from "../../../src/conformance/client/client-trial.ts";
import {
  ExecClientTarget,
  type ExecClientTargetOptions,
} from "../../../src/conformance/client/exec-client-target.ts";
import { withUrl } from "../../../src/conformance/client/exec-client-ways.ts";
import { finish } from "../../../src/conformance/peer/closing.ts";
import type { Peer } from "../../../src/conformance/peer/peer.ts";
import { Random } from "../../../src/conformance/random.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { type RunOptions, runCases } from "../../../src/conformance/run/runner.ts";
import { TargetUnreachable } from "../../../src/conformance/run/target.ts";
import { Deviation } from "../../../src/conformance/verdict.ts";
import { type WireEntry, WireLog } from "../../../src/conformance/wire/wire-log.ts";
import { atWork, connecting, echoCase, echoing, node, numberIn, returning, run } from "./clients.ts";

const folder = mkdtempSync(join(tmpdir(), "clients-"));
const pidFile = join(folder, "pid");
const targets: ExecClientTarget[] = [];
afterEach(async () => {
  rmSync(pidFile, { force: true });
  for (const target of targets.splice(0)) await target.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function target(command: string, options: Partial<ExecClientTargetOptions> = {}): ExecClientTarget {
  const made = new ExecClientTarget({ command, startPatience: 10_000, ...options });
  targets.push(made);
  return made;
}

async function carryOut(
  command: string,
  cases: readonly Case<ClientTrial>[],
  options: Partial<RunOptions> = {},
): Promise<RunReport> {
  return runCases(cases, target(command), { ...run, ...options });
}

/** One case without the probe before it; what happened, in words. */
async function carryOutOne(command: string, item: Case<ClientTrial>): Promise<readonly string[]> {
  const log = new WireLog(() => 0);
  const signal = new AbortController().signal;
  const context = { log, random: new Random(1), note: () => {}, patience: 5_000, signal };
  const trial = target(command).begin(item, context);
  try {
    await item.run(trial);
  } finally {
    await trial.end();
  }
  return eventsIn(log.entries);
}

function eventsIn(wire: readonly WireEntry[]): readonly string[] {
  return wire.map(({ summary }) => summary);
}

describe("a client that is run for each case", () => {
  it("has a process and a port of its own in each, and the case in its URL", async () => {
    const report = await carryOut(node(echoing), [echoCase("a/1/1"), echoCase("a/1/2")]);
    expect(report).toMatchObject({ complete: true, totals: { pass: 2 }, target: { name: "node" } });
    for (const item of report.cases) {
      expect(eventsIn(item.wire)).toContain(`GET /${item.id} HTTP/1.1`);
      expect(eventsIn(item.wire).at(-1)).toBe("the client ended with exit code 0");
    }
  });

  it("gets the URL wherever the command has room for it, and at its end otherwise", () => {
    expect(withUrl("a --to={url} {url}", "ws://b/")).toBe("a --to=ws://b/ ws://b/");
    expect(withUrl("a -v", "ws://b/")).toBe("a -v ws://b/");
  });

  it("may take longer to start than it may take to answer", async () => {
    const slow = `setTimeout(() => { ${echoing} }, 200)`;
    const started = async (trial: ClientTrial): Promise<void> => {
      await trial.request().catch((error: unknown) => expect(error).toBeInstanceOf(Deviation));
    };
    const report = await carryOut(node(slow), [echoCase("a/1/1", { run: started })], { patience: 100 });
    expect(report.totals).toMatchObject({ pass: 1 });
  });

  it("dies in the middle: the case tells how it ended", async () => {
    const dying = "new WebSocket(process.argv[1]).onmessage = () => { throw new RangeError(`too much`); }";
    let deviation: unknown;
    const run = async (trial: ClientTrial): Promise<void> => {
      deviation = await (await trial.open()).expectWorking().catch((error: unknown) => error);
    };
    const events = await carryOutOne(node(dying), echoCase("a/1/1", { run }));
    expect(deviation).toBeInstanceOf(Deviation);
    expect(events.at(-1)).toBe("the client ended with exit code 1: RangeError: too much");
  });

  it("dies before it connects in a case: that case could not begin, and the run goes on", async () => {
    const report = await carryOut(`case {url} in *2) echo no 2 >&2; exit 7;; *) ${node(echoing)};; esac`, [
      echoCase("a/1/1"),
      echoCase("a/1/2"),
      echoCase("a/1/3"),
    ]);
    expect(report.totals).toMatchObject({ pass: 2, "setup failed": 1 });
    expect(report.cases[1]!.reason).toBe("the client ended with exit code 7: no 2; it had not connected");
  });

  it("connects again by itself: it is refused, which is noted, and nothing else is disturbed", async () => {
    const events = await carryOutOne(node(returning(3)), echoCase("a/1/1"));
    expect(events.slice(-2)).toEqual([
      "the client ended with exit code 0",
      "the client connected 2 more times: refused with 503",
    ]);
  });
});

describe("a case that takes two connections", () => {
  const twice = (between: (first: Peer) => Promise<unknown>): Case<ClientTrial> =>
    echoCase("a/1/1", {
      connections: 2,
      run: async (trial) => {
        const first = await trial.open();
        await between(first);
        await finish(await trial.open());
      },
    });
  it.each<[string, string, (first: Peer) => Promise<unknown>, number]>([
    ["has the command run again where the client ends after the first", echoing, finish, 2],
    ["takes the second of the same process where that connects again by itself", returning(2), finish, 1],
    [
      "has the command run beside the first where that is still connected",
      echoing,
      (first) => first.expectWorking(),
      2,
    ],
  ])("%s", async (_, script, between, processes) => {
    const events = await carryOutOne(node(script), twice(between));
    expect(events.filter((event) => event === "the client ended with exit code 0")).toHaveLength(processes);
  });
});

describe("what is no client", () => {
  it.each<[string, string, RegExp]>([
    [
      "does not exist",
      "no-such-client",
      /^the client ended with exit code 127: .*not found; it had not connected$/,
    ],
    [
      "ends at once: what it complained of is shown, and cannot act on a terminal",
      "printf 'Error: \\033[31mred\\nby the way\\n' >&2; exit 3 #",
      /^the client ended with exit code 3: Error: \\u001b\[31mred; it had not connected$/,
    ],
    [
      "asks for a page",
      node("fetch(process.argv[1].replace(/^ws/, 'http')).catch(() => {})".replaceAll("'", "`")),
      /^this is no WebSocket client: it sent "GET \/probe HTTP\/1.1" without the fields/,
    ],
    [
      "sends something else",
      node(connecting("s.end(`hello`)")),
      /^this is no WebSocket client: it sent "hello"/,
    ],
    [
      "speaks TLS",
      node('require("tls").connect(new URL(process.argv[1]).port, "127.0.0.1").on("error", () => {})'),
      /^this is no WebSocket client: it speaks TLS/,
    ],
    ["sends nothing", node(connecting("s.end()")), /^this is no WebSocket client: it ended the connection/],
  ])("%s", async (_, command, message) => {
    const running = runCases([echoCase("a/1/1")], target(command), run);
    await expect(running).rejects.toThrow(TargetUnreachable);
    await expect(running).rejects.toThrow(message);
  });

  it("hangs without connecting: it is waited for in patience, and ended", async () => {
    const hanging = target(`echo $$ > '${pidFile}'; exec sleep 1000 #`, { startPatience: 2_000, grace: 0 });
    const message = "the client did not connect within 2000 ms";
    await expect(hanging.probe(new AbortController().signal)).rejects.toThrow(message);
    expect(atWork(numberIn(pidFile))).toBe(false);
  });

  it("does not echo: that is one failure, and no case is run", async () => {
    const report = await carryOut(
      node("new WebSocket(process.argv[1]).onmessage = (e) => e.target.close()"),
      [echoCase("a/1/1")],
    );
    expect(report).toMatchObject({ complete: false, cases: [] });
    expect(report.ended).toMatch(/^the client does not echo: .*Close/);
  });
});

describe("nothing is left behind", () => {
  it("of a client that starts others and leaves them", async () => {
    const leaving = target(`sleep 1000 & echo $! > '${pidFile}'; ${node(echoing)}`, { grace: 0 });
    expect(await leaving.probe(new AbortController().signal)).toBeGreaterThan(0);
    await vi.waitFor(() => expect(atWork(numberIn(pidFile))).toBe(false), 15_000);
  });

  it("of one that does not obey", async () => {
    const script = `trap "" TERM; echo $$ > '${pidFile}'; ${node(echoing)}; while :; do sleep 1000; done #`;
    const stubborn = target(script, { grace: 0 });
    expect(await stubborn.probe(new AbortController().signal)).toBeGreaterThan(0);
    await vi.waitFor(() => expect(atWork(numberIn(pidFile))).toBe(false), 15_000);
  });

  it("when the run is ended in the middle of a case", async () => {
    const stopping = new AbortController();
    const endless = echoCase("a/1/1", {
      run: async (trial) => {
        const peer = await trial.open();
        stopping.abort();
        await peer.expectWorking();
        await new Promise(() => {});
      },
    });
    const report = await carryOut(`echo $$ > '${pidFile}'; exec ${node(echoing)}`, [endless], {
      signal: stopping.signal,
    });
    expect(report).toMatchObject({ complete: false, cases: [] });
    await vi.waitFor(() => expect(atWork(numberIn(pidFile))).toBe(false), 15_000);
  });

  it("when the run is ended before the client has come", async () => {
    const stopping = new AbortController();
    const waiting = runCases([echoCase("a/1/1")], target(`echo $$ > '${pidFile}'; exec sleep 1000 #`), {
      ...run,
      signal: stopping.signal,
    });
    await vi.waitFor(() => numberIn(pidFile), 15_000);
    stopping.abort();
    expect(await waiting).toMatchObject({ complete: false, ended: "ended early" });
    expect(atWork(numberIn(pidFile))).toBe(false);
  });
});
