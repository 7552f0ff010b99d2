import { describe, expect, it } from "vitest";
import { Admission } from "../../src/websocket/admission.ts";

describe("admission", () => {
  it("lets in as many as may be, and one more when one leaves", () => {
    const admission = new Admission(2, 10);
    const leave = admission.enter("a");
    expect(admission.enter("b")).toBeTypeOf("function");
    expect(admission.enter("c")).toBeUndefined();
    leave!();
    expect(admission.enter("c")).toBeTypeOf("function");
    expect(admission.enter("d")).toBeUndefined();
  });

  it("lets in as many as may be from each address, and counts them apart", () => {
    const admission = new Admission(10, 2);
    const [leave] = [admission.enter("a"), admission.enter("a")];
    expect(admission.enter("a")).toBeUndefined();
    expect(admission.enter("b")).toBeTypeOf("function");
    leave!();
    expect(admission.enter("a")).toBeTypeOf("function");
    expect(admission.enter("a")).toBeUndefined();
  });

  it("does not count those it refused", () => {
    const admission = new Admission(10, 1);
    admission.enter("a");
    for (let i = 0; i < 100; i++) admission.enter("a");
    for (let i = 0; i < 9; i++) expect(admission.enter(`b${i}`)).toBeTypeOf("function");
    expect(admission.enter("c")).toBeUndefined();
  });

  it("has the limits of the design when none are given", () => {
    const admission = new Admission();
    for (let i = 0; i < 1_000; i++) expect(admission.enter("a")).toBeDefined();
    expect(admission.enter("a")).toBeUndefined();
    for (let i = 0; i < 99_000; i++) admission.enter(`${i % 100}`);
    expect(admission.enter("b")).toBeUndefined();
  });
});
