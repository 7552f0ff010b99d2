import { describe, expect, it } from "vitest";
import { Waiting } from "../../../src/websocket/endpoint/waiting.ts";
import { turn } from "../next-event.ts";

/** Who is through, by name. */
function waiting() {
  const waiting = new Waiting();
  const through: string[] = [];
  const wait = (name: string, condition: () => boolean): void => {
    waiting.until(condition).then(() => through.push(name));
  };
  return { waiting, through, wait };
}

describe("those who wait", () => {
  it("go on at once when their condition holds", async () => {
    const { through, wait } = waiting();
    wait("a", () => true);
    await turn();
    expect(through).toEqual(["a"]);
  });

  it("are asked at each check, and go on once, each when its own condition holds", async () => {
    const { waiting: those, through, wait } = waiting();
    let level = 0;
    let asked = 0;
    wait("high", () => level >= 2);
    wait("low", () => ++asked > 0 && level >= 1);
    level = 2; // nobody has said so yet
    await turn();
    expect([through, asked]).toEqual([[], 1]);
    level = 1;
    those.check();
    await turn();
    expect(through).toEqual(["low"]);
    level = 2;
    those.check();
    those.check();
    await turn();
    expect([through, asked]).toEqual([["low", "high"], 2]);
  });

  it("are asked in the order in which they came: what one takes, the next does not find", async () => {
    const { waiting: those, through, wait } = waiting();
    let free = false;
    const take = (): boolean => {
      const taken = free;
      free = false;
      return taken;
    };
    for (const name of ["a", "b", "c"]) wait(name, take);
    for (let i = 0; i < 3; i++) {
      free = true;
      those.check();
      await turn();
    }
    expect(through).toEqual(["a", "b", "c"]);
  });
});
