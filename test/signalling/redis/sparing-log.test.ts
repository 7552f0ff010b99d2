import { describe, expect, it } from "vitest";
import { silentLog } from "../../../src/log.ts";
import { SparingLog } from "../../../src/signalling/redis/sparing-log.ts";

describe("a sparing log", () => {
  it("passes on ten warnings of a kind in a period, and then how many more there were", () => {
    const lines: unknown[] = [];
    const log = new SparingLog({ ...silentLog, warn: (event, fields) => lines.push([event, fields]) });
    for (let at = 0; at < 25; at++) log.warn("a", { at });
    log.warn("b");
    expect(lines).toHaveLength(11);
    log.renew();
    log.renew();
    log.warn("a", { at: 25 });
    expect(lines.slice(10)).toEqual([
      ["b", undefined],
      ["a", { more: 15 }],
      ["a", { at: 25 }],
    ]);
  });

  it("passes on everything else", () => {
    const lines: string[] = [];
    const hear = (event: string): unknown => lines.push(event);
    const log = new SparingLog({ debug: hear, info: hear, warn: hear, error: hear });
    for (let at = 0; at < 11; at++) log.debug("d");
    for (let at = 0; at < 11; at++) log.info("i");
    for (let at = 0; at < 11; at++) log.error("e");
    expect(lines).toHaveLength(33);
  });
});
