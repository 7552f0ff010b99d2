import { createHash } from "node:crypto";
import { connect } from "node:net";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Case } from "../../../src/conformance/case.ts";
import type { ClientTrial } from "../../../src/conformance/client/client-trial.ts";
import {
  ListenClientTarget,
  type ListenClientTargetOptions,
} from "../../../src/conformance/client/listen-client-target.ts";
import { finish } from "../../../src/conformance/peer/closing.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { type RunOptions, runCases } from "../../../src/conformance/run/runner.ts";
import { TargetUnreachable } from "../../../src/conformance/run/target.ts";
import { Deviation } from "../../../src/conformance/verdict.ts";
import { echoCase, run } from "./clients.ts";

/** A driver as they are written for Autobahn's fuzzing server, on Node's own client. */
class Driver {
  readonly #authority: string;
  readonly #agent: string;

  constructor(authority: string, agent = "driver") {
    this.#authority = authority;
    this.#agent = agent;
  }

  get origin(): string {
    return `http://${this.#authority}`;
  }

  /** The answer, and the code that it was closed with. */
  async ask(path: string): Promise<{ answer: string | undefined; code: number }> {
    return new Promise((resolve) => {
      let answer: string | undefined;
      const socket = new WebSocket(`ws://${this.#authority}${path}`);
      socket.onmessage = ({ data }) => {
        answer = data as string;
      };
      socket.onclose = ({ code }) => resolve({ answer, code });
    });
  }

  /** Echoes, and says how it was closed. */
  async runCase(number: number | string): Promise<number> {
    return new Promise((resolve) => {
      const which = typeof number === "number" ? `case=${number}` : `casetuple=${number}`;
      const socket = new WebSocket(`ws://${this.#authority}/runCase?${which}&agent=${this.#agent}`);
      socket.onmessage = ({ data }) => socket.send(data);
      socket.onclose = ({ code }) => resolve(code);
    });
  }

  async behavior(number: number): Promise<string> {
    const { answer = "{}" } = await this.ask(`/getCaseStatus?case=${number}&agent=${this.#agent}`);
    return (JSON.parse(answer) as { behavior: string }).behavior;
  }

  async updateReports(): Promise<number> {
    return (await this.ask(`/updateReports?agent=${this.#agent}`)).code;
  }
}

const targets: ListenClientTarget[] = [];
const drivers: Promise<unknown>[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.close();
  await Promise.all(drivers.splice(0));
});

/** Runs the cases while somebody drives a client through them. */
async function carryOut(
  cases: readonly Case<ClientTrial>[],
  drive: (driver: Driver) => Promise<unknown>,
  { listen = {}, ...options }: Partial<RunOptions> & { listen?: Partial<ListenClientTargetOptions> } = {},
): Promise<RunReport> {
  const target = new ListenClientTarget({
    port: 0,
    onListening: (authority) => drivers.push(drive(new Driver(authority))),
    ...listen,
  });
  targets.push(target);
  return runCases(cases, target, { ...run, ...options });
}

const three: readonly Case<ClientTrial>[] = ["a/1/1", "a/1/2", "a/1/3"].map((id) => echoCase(id));
const failing = echoCase("a/1/9", {
  run: async (trial) => {
    await finish(await trial.open());
    throw new Deviation("one thing", "another");
  },
});

describe("a driver written for the fuzzing server of Autobahn|Testsuite", () => {
  it("counts, runs every case in turn, asks what became of it, and ends", async () => {
    const heard: unknown[] = [];
    const report = await carryOut([...three, failing], async (driver) => {
      const count = Number((await driver.ask("/getCaseCount")).answer);
      for (let number = 1; number <= count; number++) {
        await driver.runCase(number);
        heard.push(await driver.behavior(number));
      }
      heard.push(await driver.updateReports());
    });
    await Promise.all(drivers);
    expect(heard).toEqual(["OK", "OK", "OK", "OK", "FAILED", 1000]);
    expect(report).toMatchObject({
      complete: true,
      totals: { pass: 3, fail: 1 },
      target: { name: "driver" },
    });
  });

  it("is told in the same words what a case is about", async () => {
    const infos: unknown[] = [];
    await carryOut(three, async (driver) => {
      infos.push(JSON.parse((await driver.ask("/getCaseInfo?case=2")).answer!));
      infos.push(await driver.ask("/getCaseInfo?case=7"));
      await driver.runCase(1);
      await driver.updateReports();
    });
    expect(infos).toEqual([
      { id: "a/1/1", description: "a text message: an echo" },
      { answer: undefined, code: 1006 },
    ]);
  });

  it("may leave out the echo, run what it likes in any order, several at a time, and not wait for verdicts", async () => {
    const report = await carryOut(three, async (driver) => {
      await Promise.all([4, 2, 3].map((number) => driver.runCase(number)));
      await driver.updateReports();
    });
    expect(report).toMatchObject({ complete: true, totals: { pass: 3 } });
  });

  it("leaves cases out: they are not in the report, which says that it is not complete", async () => {
    const report = await carryOut(three, async (driver) => {
      expect(await driver.behavior(3)).toBe("MISSING");
      await driver.runCase("a/1/2");
      await driver.updateReports();
    });
    expect(report).toMatchObject({ complete: false, ended: "the client came for 1 of 3 cases" });
    expect(report.cases.map(({ id }) => id)).toEqual(["a/1/2"]);
  });

  it("begins by clearing the reports, as some do", async () => {
    const report = await carryOut(three, async (driver) => {
      await driver.updateReports();
      for (const number of [1, 2, 3, 4]) await driver.runCase(number);
      await driver.updateReports();
    });
    expect(report).toMatchObject({ complete: true, totals: { pass: 3 } });
  });

  it("runs a case twice: the second time there is nothing to do", async () => {
    let again = 0;
    const report = await carryOut(three, async (driver) => {
      await driver.runCase(2);
      again = await driver.runCase(2);
      await driver.updateReports();
    });
    expect(again).toBe(1000);
    expect(report.totals).toMatchObject({ pass: 1 });
  });

  it("goes away in the middle: that is seen in patience", async () => {
    const report = await carryOut(three, async (driver) => driver.runCase(2), { listen: { idle: 50 } });
    expect(report).toMatchObject({ complete: false, ended: "the client came for 1 of 3 cases" });
  });

  it("is one client: another is refused, and the report has the name of the first", async () => {
    let other: number | undefined;
    const report = await carryOut(three, async (driver) => {
      await driver.runCase(2);
      other = (await driver.ask("/runCase?case=3&agent=other")).code;
      await driver.updateReports();
    });
    expect(other).toBe(1006);
    expect(report).toMatchObject({ target: { name: "driver" }, totals: { pass: 1 } });
  });
});

describe("a case that takes two connections", () => {
  const two = echoCase("a/1/1", {
    connections: 2,
    run: async (trial) => {
      await finish(await trial.open());
      await finish(await trial.open());
    },
  });

  it("has two numbers, which come one after the other, or both at once", async () => {
    for (const together of [false, true]) {
      const report = await carryOut([two, echoCase("a/1/2")], async (driver) => {
        if (together) await Promise.all([3, 2].map((number) => driver.runCase(number)));
        else {
          await driver.runCase(2);
          expect(await driver.behavior(2)).toBe("MISSING");
          await driver.runCase(3);
          expect(await driver.behavior(3)).toBe("OK");
        }
        await driver.runCase(4);
        await driver.updateReports();
      });
      expect(report).toMatchObject({ complete: true, totals: { pass: 2 } });
    }
  });

  it("could not go on where the client does not come once more", async () => {
    const twice = async (trial: ClientTrial): Promise<void> => {
      for (let i = 0; i < 2; i++) await trial.request();
    };
    const once = async (driver: Driver): Promise<void> => {
      await driver.runCase(2);
      await driver.updateReports();
    };
    const report = await carryOut([{ ...two, run: twice }], once, { patience: 20 });
    expect(report.cases).toMatchObject([
      { verdict: "setup failed", reason: "the client did not connect once more for this case" },
    ]);
  });
});

it("runs a case alone that asks for it, and those that came meanwhile after it", async () => {
  let now = 0;
  const seen: number[] = [];
  const watched = (id: string, alone: boolean): Case<ClientTrial> =>
    echoCase(id, {
      alone,
      run: async (trial) => {
        now++;
        const peer = await trial.open();
        await peer.expectWorking();
        if (alone) seen.push(now);
        now--;
        await finish(peer);
      },
    });
  const cases = [watched("a/1/1", false), watched("a/1/2", true), watched("a/1/3", false)];
  const report = await carryOut(cases, async (driver) => {
    await Promise.all([2, 3, 4].map((number) => driver.runCase(number)));
    await driver.updateReports();
  });
  expect(report.totals).toMatchObject({ pass: 3 });
  expect(seen).toEqual([1]);
});

describe("what is no client", () => {
  it("does not echo: that is one failure, no case is run, and the driver is let go", async () => {
    const codes: number[] = [];
    const report = await carryOut(three, async (driver) => {
      const silent = new WebSocket(`${driver.origin.replace("http", "ws")}/runCase?case=1&agent=driver`);
      silent.onmessage = () => silent.close();
      await new Promise((resolve) => silent.addEventListener("close", resolve));
      codes.push(await driver.runCase(2), await driver.updateReports());
    });
    expect(report).toMatchObject({ complete: false, cases: [] });
    expect(report.ended).toMatch(/^the client does not echo: .*came Close/);
    await targets[0]!.close();
    await Promise.all(drivers);
    expect(codes).toEqual([1000, 1000]);
  });

  it("comes and asks for no case", async () => {
    const report = await carryOut(three, (driver) => driver.ask("/getCaseCount"), { listen: { idle: 50 } });
    expect(report).toMatchObject({ complete: false, ended: "the client came, but asked for no case" });
  });

  it("never comes: the run can be ended", async () => {
    const stopping = new AbortController();
    const listen = { onListening: () => stopping.abort() };
    const report = await carryOut(three, async () => {}, { listen, signal: stopping.signal });
    expect(report).toMatchObject({ complete: false, ended: "ended early", cases: [] });
  });

  it("has come and asks for no case, when the run is ended: nothing is waited for any longer", async () => {
    const stopping = new AbortController();
    const [set, clear] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
    onTestFinished(() => {
      set.mockRestore();
      clear.mockRestore();
    });
    const drive = async (driver: Driver): Promise<void> => {
      await driver.ask("/getCaseCount");
      stopping.abort();
    };
    const report = await carryOut(three, drive, { listen: { idle: 60_000 }, signal: stopping.signal });
    expect(report.ended).toBe("ended early");
    const idle = set.mock.results.filter((_, i) => (set.mock.calls[i]![1] ?? 0) > 59_000);
    const cleared = clear.mock.calls.flat();
    expect(idle).not.toEqual([]);
    for (const { value } of idle) expect(cleared).toContain(value);
  });

  it("cannot come where somebody else listens", async () => {
    const taken = new ListenClientTarget({
      port: 0,
      onListening: async (authority) => {
        const second = carryOut(three, async () => {}, { listen: { port: Number(authority.split(":")[1]) } });
        await expect(second).rejects.toThrow(TargetUnreachable);
        stopping.abort();
      },
    });
    const stopping = new AbortController();
    targets.push(taken);
    await runCases(three, taken, { ...run, signal: stopping.signal });
    expect.assertions(1);
  });
});

describe("what is asked in HTTP", () => {
  it("is a page that is complete in itself, and may do nothing but what it has to", async () => {
    await carryOut(three, async (driver) => {
      const response = await fetch(driver.origin);
      const page = await response.text();
      const policy = response.headers.get("Content-Security-Policy");
      expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
      for (const kind of ["script", "style"] as const) {
        const inline = new RegExp(`<${kind}>(.*?)</${kind}>`, "s").exec(page)![1]!;
        const hash = createHash("sha256").update(inline).digest("base64");
        expect(policy).toContain(`${kind}-src 'sha256-${hash}'`);
      }
      expect(policy).toContain("default-src 'none'");
      expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
      await driver.runCase(2);
      await driver.updateReports();
    });
    await Promise.all(drivers);
    expect.assertions(5);
  });

  it.each([
    ["what is not there", "GET /nothing HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found"],
    ["what WebSockets are for", "GET /getCaseCount HTTP/1.1\r\n\r\n", "HTTP/1.1 426 Upgrade Required"],
    ["with a head that has no end", `GET / HTTP/1.1\r\nA: ${"a".repeat(65_536)}`, ""],
    ["and not to the end", "GET / HTTP/1.1\r\n", ""],
  ])("%s", async (_, request, answer) => {
    let heard = "";
    await carryOut(three, async (driver) => {
      const socket = connect(Number(new URL(driver.origin).port), "127.0.0.1");
      socket.on("data", (octets) => (heard += octets.toString()));
      socket.on("error", () => {});
      socket.end(request);
      await new Promise((resolve) => socket.once("close", resolve));
      await driver.runCase(2);
      await driver.updateReports();
    });
    expect(heard.split("\r\n")[0]).toBe(answer);
  });
});
