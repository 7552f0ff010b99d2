import { describe, expect, it } from "vitest";
import { jsonLog, type LogLevel, logLevels, silentLog } from "../src/log.ts";

describe("the JSON log", () => {
  it("writes one line of JSON an event, with time, level and event first", () => {
    const { lines, log } = collect("debug");
    log.info("http.request", { status: 200, path: "/", cached: false, user: null });
    expect(lines).toEqual([
      `{"time":"2009-02-13T23:31:30.123Z","level":"info","event":"http.request","status":200,"path":"/","cached":false,"user":null}\n`,
    ]);
  });

  it("writes an event without fields", () => {
    const { lines, log } = collect("debug");
    log.warn("server.stopping");
    expect(lines).toEqual([`{"time":"2009-02-13T23:31:30.123Z","level":"warn","event":"server.stopping"}\n`]);
  });

  it("leaves out fields that are undefined", () => {
    const { lines, log } = collect("debug");
    log.error("socket.closed", { code: undefined, reason: "gone" });
    expect(JSON.parse(lines[0]!)).not.toHaveProperty("code");
  });

  it("keeps a hostile value on its line", () => {
    const { lines, log } = collect("debug");
    const path = '\n{"level":"error","event":"forged"}\r\u2028\u0000\u001b[31m';
    log.info("http.request", { path });
    expect(lines).toHaveLength(1);
    expect([...lines[0]!.trimEnd()].filter((character) => character < " ")).toEqual([]);
    expect(JSON.parse(lines[0]!).path).toBe(path);
  });

  it.each(logLevels.map((level, at) => [level, logLevels.slice(at)] as const))(
    "at level %s writes %j",
    (level, written) => {
      const { lines, log } = collect(level);
      for (const each of logLevels) log[each]("event");
      expect(lines.map((line) => JSON.parse(line).level)).toEqual(written);
    },
  );

  it("asks for the time only for lines it writes", () => {
    let asked = 0;
    const log = jsonLog(
      () => {},
      "error",
      () => ++asked,
    );
    log.info("ignored");
    log.error("written");
    expect(asked).toBe(1);
  });
});

describe("the silent log", () => {
  it("takes every level and does nothing", () => {
    for (const level of logLevels) expect(silentLog[level]("event", { a: 1 })).toBeUndefined();
  });
});

/** A log of fixed time and the lines it wrote. */
function collect(level: LogLevel): { lines: string[]; log: ReturnType<typeof jsonLog> } {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => lines.push(line),
    level,
    () => 1234567890123,
  );
  return { lines, log };
}
