import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { Case, Level } from "../../../src/conformance/case.ts";
import { JwtTarget, type JwtTrial } from "../../../src/conformance/jwt/index.ts";
import { question } from "../../../src/conformance/jwt/question.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { type RunOptions, runCases } from "../../../src/conformance/run/runner.ts";
import { TargetUnreachable } from "../../../src/conformance/run/target.ts";
import { atWork, numberIn } from "../client/clients.ts";

const folder = mkdtempSync(join(tmpdir(), "verifiers-"));
const pidFile = join(folder, "pid");
const targets: JwtTarget[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.close();
  rmSync(pidFile, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function target(command: string, startPatience = 10_000): JwtTarget {
  const made = new JwtTarget({ command, startPatience });
  targets.push(made);
  return made;
}

/** A verifier that accepts everything, but for the lines that a branch of a shell's `case` is for. */
function accepting(...branches: readonly string[]): string {
  return `while read -r line; do id=\${line#*:}; id=\${id%%,*}
    case $line in ${branches.join(" ")} *) echo '{"accept":true,"id":'$id'}';; esac; done`;
}

function item(id: string, run: (trial: JwtTrial) => Promise<unknown>, level: Level = "MUST"): Case<JwtTrial> {
  const about = { title: id, requirement: "…", profile: "jwt", autobahn: [], roles: ["jwt"] } as const;
  return {
    ...about,
    id,
    level,
    run: async (trial) => {
      await run(trial);
    },
  };
}

/** Demands that a token with this text in its place is accepted. */
function wanting(token: string, level?: Level): Case<JwtTrial> {
  return item(token, (trial) => trial.accepts({ ...question(trial.now), token }), level);
}

const run = { suite: { name: "suite", version: "0" }, repeat: (id: string): string => id };

async function carryOut(
  command: string,
  cases: readonly Case<JwtTrial>[],
  options: Partial<RunOptions> = {},
): Promise<RunReport> {
  return runCases(cases, target(command), { ...run, ...options });
}

function verdicts({ cases }: RunReport): Readonly<Record<string, string>> {
  return Object.fromEntries(cases.map(({ id, verdict }) => [id, verdict]));
}

describe("a verifier", () => {
  it("is asked, and the case is told what it said", async () => {
    const command = `echo '{"hello":true,"name":"sh 1"}'; ${accepting(`*bad*) echo '{"id":'$id',"accept":false,"reason":"so bad"}';;`)}`;
    const report = await carryOut(command, [
      wanting("good"),
      wanting("bad"),
      item("refused", (trial) => trial.refuses({ ...question(trial.now), token: "bad" })),
    ]);
    expect(report).toMatchObject({ complete: true, target: { address: command, name: "sh 1" } });
    expect(verdicts(report)).toEqual({ good: "pass", bad: "fail", refused: "pass" });
    expect(report.cases[1]!.findings).toEqual([
      { severity: "fail", expected: "the token to be accepted", came: "it was refused: so bad" },
    ]);
    expect(report.cases[1]!.wire.map(({ direction, summary }) => `${direction} ${summary}`)).toEqual([
      "sent question 1",
      "event token of 3 characters: bad",
      expect.stringMatching(/^event policy \{"algorithms":\["HS256"\],"now":\d+\}$/),
      "received refused",
    ]);
  });

  it("without a clock to set is not asked about other times", async () => {
    const report = await carryOut(accepting(), [item("past", (trial) => trial.accepts(question(1)))]);
    expect(report.cases[0]).toMatchObject({
      verdict: "not applicable",
      reason: "the verifier goes by the real time alone",
    });
  });

  it("with a clock to set is", async () => {
    const command = `echo '{"hello":true,"clock":true}'; ${accepting()}`;
    const report = await carryOut(command, [item("past", (trial) => trial.accepts(question(1)))]);
    expect(verdicts(report)).toEqual({ past: "pass" });
  });

  it("need not support everything", async () => {
    const unsupported = accepting(`*ES512*) echo '{"id":'$id',"unsupported":true,"reason":"no curves"}';;`);
    const report = await carryOut(unsupported, [
      item("a", (trial) => trial.accepts(question(trial.now, { alg: "ES512" }))),
      item("b", async (trial) => {
        expect(await trial.supports(question(trial.now))).toBe(true);
        expect(await trial.supports(question(trial.now, { alg: "ES512" }))).toBe(false);
      }),
    ]);
    expect(verdicts(report)).toEqual({ a: "not applicable", b: "pass" });
    expect(report.cases[0]!.reason).toBe("no curves");
  });

  it("that refuses the twin too proves nothing by refusing", async () => {
    const report = await carryOut(accepting(`*twin*) echo '{"id":'$id',"accept":false}';;`), [
      item("a", (trial) => trial.flawless({ ...question(trial.now), token: "twin" })),
    ]);
    expect(report.cases[0]).toMatchObject({
      verdict: "setup failed",
      reason: "the verifier refuses what it must not only for its flaw: it was refused",
    });
  });
});

describe("what is no verifier", () => {
  it.each([
    ["no-such-program-at-all", /it ended \(exit code 127\): .*no-such-program-at-all: (?:\w+: )?not found$/],
    ["echo 'Error: no library' >&2; exit 3", /it ended \(exit code 3\): Error: no library$/],
    ["echo ready; cat > /dev/null", /it wrote a line that is no answer \(it is not JSON\): "ready"$/],
    [`echo '{"id":99,"accept":true}'; cat > /dev/null`, /it answered what it was not asked: /],
    ["kill -9 $$", /it ended \(by SIGKILL\)$/],
  ])("is said in one line: %s", async (command, line) => {
    await expect(carryOut(command, [])).rejects.toThrow(TargetUnreachable);
    await expect(target(command).probe(new AbortController().signal)).rejects.toThrow(line);
  });

  it("may be one that says nothing", async () => {
    const silent = target("exec cat > /dev/null", 50).probe(new AbortController().signal);
    await expect(silent).rejects.toThrow(
      "the verifier cannot be asked: no answer within 50 ms (does it flush its output after each line?)",
    );
  });

  it.each([
    ["refuses", '"accept":false,"reason":"no"'],
    ["does not support", '"unsupported":true,"reason":"no"'],
  ])("is one that %s any token", async (what, answer) => {
    const command = accepting(`*HS256*) echo '{"id":'$id',${answer}}';;`);
    const report = await carryOut(command, [wanting("x")]);
    expect(report).toMatchObject({
      complete: false,
      cases: [],
      ended: `the verifier ${what} a plain HS256 token that nothing is wrong with: no`,
    });
  });
});

describe("a verifier that one token is too much for", () => {
  it.each([
    ["ends", "exit 5", /^it ended \(exit code 5\)$/],
    ["says nothing more", "cat > /dev/null", /^no answer within \d+ ms$/],
    ["talks nonsense", "echo '?'", /^it wrote a line that is no answer/],
  ])("%s: the others are asked again, apart", async (_, does, came) => {
    const others = ["a", "b", "c", "d"];
    const cases = [...others.slice(0, 2), "deadly", ...others.slice(2)].map((token) => wanting(token, "MAY"));
    const report = await carryOut(accepting(`*deadly*) ${does};;`), cases, { patience: 400 });
    expect(report.complete).toBe(true);
    expect(verdicts(report)).toEqual({ a: "pass", b: "pass", c: "pass", d: "pass", deadly: "fail" });
    expect(report.cases[2]!.findings).toEqual([
      {
        severity: "fail",
        expected: "an answer",
        came: expect.stringMatching(came),
        clause: "RFC 7519 §7.2",
      },
    ]);
  });

  it("and that does not start again ends the run", async () => {
    const once = `[ -e '${pidFile}' ] && exit 1; echo $$ > '${pidFile}'; ${accepting("*deadly*) exit 5;;")}`;
    const report = await carryOut(once, [wanting("deadly"), wanting("a"), wanting("b")], { concurrency: 1 });
    expect(report).toMatchObject({
      complete: false,
      ended: "the target is gone (the verifier does not start again: it ended (exit code 1))",
    });
    expect(verdicts(report)).toEqual({ deadly: "fail", a: "setup failed" });
  });
});

describe("the processes of a verifier", () => {
  it.each([
    ["that ends with its input", "cat > /dev/null"],
    ["that does not end", "sleep 1000"],
  ])("are gone in the end: one %s", async (_, end) => {
    const command = `sleep 1000 & echo $! > '${pidFile}'; ${accepting("*last*) break;;")}; ${end}`;
    const made = target(command);
    await made.probe(new AbortController().signal);
    const pid = numberIn(pidFile);
    expect(atWork(pid)).toBe(true);
    await made.close();
    await vi.waitFor(() => expect(atWork(pid)).toBe(false), 15_000);
  });

  it("do not keep a run that is ended early waiting", async () => {
    const ending = new AbortController();
    const silent = item("silent", async (trial) => {
      setTimeout(() => ending.abort());
      await trial.accepts({ ...question(trial.now), token: "silent" });
    });
    const report = await carryOut(accepting("*silent*) ;;"), [silent], { signal: ending.signal });
    expect(report).toMatchObject({ complete: false, cases: [] });
  });
});

it("starts no verifier any more once it is closed, whoever is still waiting to ask one", async () => {
  const closed = target(`echo $$ > ${pidFile}; ${accepting()}`);
  await closed.close();
  const report = runCases([wanting("late")], closed, {
    suite: { name: "test", version: "0" },
    repeat: (id) => id,
  });
  expect(await report).toMatchObject({ complete: false, ended: "the run is over" });
  expect(existsSync(pidFile)).toBe(false);
});
