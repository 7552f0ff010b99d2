import { describe, expect, it } from "vitest";
import { Admission } from "../../src/websocket/admission.ts";

describe("admission", () => {
  it("lets in as many as may be, and one more when one leaves", () => {
    const admission = new Admission(2, 10);
    admission.enter("a");
    expect(admission.enter("b")).toBe(true);
    expect(admission.enter("c")).toBe(false);
    admission.leave("a");
    expect(admission.enter("c")).toBe(true);
    expect(admission.enter("d")).toBe(false);
  });

  it("lets in as many as may be from each address, and counts them apart", () => {
    const admission = new Admission(10, 2);
    admission.enter("a");
    admission.enter("a");
    expect(admission.enter("a")).toBe(false);
    expect(admission.enter("b")).toBe(true);
    admission.leave("a");
    expect(admission.enter("a")).toBe(true);
    expect(admission.enter("a")).toBe(false);
  });

  it("does not count those it refused", () => {
    const admission = new Admission(10, 1);
    admission.enter("a");
    for (let i = 0; i < 100; i++) admission.enter("a");
    for (let i = 0; i < 9; i++) expect(admission.enter(`b${i}`)).toBe(true);
    expect(admission.enter("c")).toBe(false);
  });

  it("has the limits of the design when none are given", () => {
    const admission = new Admission();
    for (let i = 0; i < 1_000; i++) expect(admission.enter("a")).toBe(true);
    expect(admission.enter("a")).toBe(false);
    for (let i = 0; i < 99_000; i++) admission.enter(`${i % 100}`);
    expect(admission.enter("b")).toBe(false);
  });
});
