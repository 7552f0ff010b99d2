import { describe, expect, it } from "vitest";
import { ProcessTable } from "../../../src/signalling/redis/process-table.ts";
import { Questions } from "../../../src/signalling/redis/questions.ts";

const said = (process: string) => ({ position: 1, process, ref: 1, entry: { type: "end" as const } });

describe("which processes there are", () => {
  it("tells three times that one is gone, and then no more", () => {
    const table = new ProcessTable("me");
    table.update(["me", "ann", "ben"], new Set());
    const told = Array.from({ length: 5 }, () => table.update(["me", "ben"], new Set()));
    expect(told).toEqual([["ann"], ["ann"], ["ann"], [], []]);
  });

  it("stops when it is back, and tells again when it goes again", () => {
    const table = new ProcessTable("me");
    table.update(["ann"], new Set());
    const told = [[], ["ann"], []].map((alive) => table.update(alive, new Set()));
    expect(told).toEqual([["ann"], [], ["ann"]]);
  });

  it("never tells that this process is gone", () => {
    const table = new ProcessTable("me");
    table.update(["me"], new Set());
    table.mention(said("me"));
    expect(table.update([], table.takeMentioned())).toEqual([]);
  });

  it("tells of those that are spoken of and are not there", () => {
    const table = new ProcessTable("me");
    for (const process of ["ann", "ben", ""]) table.mention(said(process));
    expect(table.update(["me", "ann"], table.takeMentioned())).toEqual(["ben"]);
  });

  it("does not hold against a newcomer that it was spoken of after it was asked who is there", () => {
    const table = new ProcessTable("me");
    const mentioned = table.takeMentioned();
    table.mention(said("new"));
    expect(table.update(["me"], mentioned)).toEqual([]);
    expect(table.update(["me", "new"], table.takeMentioned())).toEqual([]);
  });

  it("learns anew who is there after a loss", () => {
    const table = new ProcessTable("me");
    table.update(["me", "ann"], new Set());
    expect(table.others).toBe(1);
    table.forget();
    expect([table.others, table.update(["me"], new Set())]).toEqual([0, []]);
  });
});

describe("questions to all processes", () => {
  function asking(): {
    readonly questions: Questions;
    readonly answers: (readonly string[])[];
    ask(): number;
  } {
    const questions = new Questions();
    const answers: (readonly string[])[] = [];
    return { questions, answers, ask: () => questions.ask("own", 100, (all) => answers.push(all)) };
  }

  it("are answered as soon as all answers are there, whichever comes first", () => {
    const { questions, answers, ask } = asking();
    const [early, late] = [ask(), ask()];
    questions.receiveAnswer(early, "a");
    questions.expect(early, 1);
    questions.expect(late, 1);
    questions.receiveAnswer(late, "b");
    questions.receiveAnswer(late, "too many");
    expect(answers).toEqual([
      ["own", "a"],
      ["own", "b"],
    ]);
  });

  it("are answered with what there is when their time is over", () => {
    const { questions, answers, ask } = asking();
    const number = ask();
    questions.expect(number, 2);
    questions.receiveAnswer(number, "a");
    questions.handleTimeout(99);
    expect(answers).toEqual([]);
    questions.handleTimeout(100);
    expect(answers).toEqual([["own", "a"]]);
  });

  it("are answered at the end, and by this process alone when too many wait", () => {
    const { questions, answers, ask } = asking();
    for (let at = 0; at < 257; at++) ask();
    expect(answers).toEqual([["own"]]);
    questions.end();
    expect(answers).toHaveLength(257);
  });
});
