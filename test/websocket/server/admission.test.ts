import { describe, expect, it } from "vitest";
import { Admission } from "../../../src/websocket/server/admission.ts";

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

/** Whether one counts against the other, where each client may have one connection. */
function areOne(a: string, b: string): boolean {
  const admission = new Admission(10, 1);
  admission.enter(a);
  return !admission.enter(b);
}

describe("RFC 4291 §2.5.4 the addresses of one IPv6 network", () => {
  const one: readonly (readonly [string, string])[] = [
    ["2001:db8:1:2::1", "2001:db8:1:2::2"],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:db8:1::1", "2001:db8:1:0:5::"],
    ["2001:db8:0:0:1::1", "2001:db8::7:0:0:1"],
    ["2001:db8::", "2001:0DB8:0000::a"],
    ["fe80::1%eth0", "fe80::2%eth0"],
    ["::1", "::2"],
    ["64:ff9b::192.0.2.1", "64:ff9b::1"],
  ];
  for (const [a, b] of one) {
    it(`count as one: ${a} and ${b}`, () => expect(areOne(a, b)).toBe(true));
  }

  const apart: readonly (readonly [string, string])[] = [
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["2001:db8:1:2::1", "2001:db8:1::2"],
    ["2001:db8::1", "2001:db9::1"],
    ["::1", "1::"],
    ["12:3::1", "1:23::1"],
  ];
  for (const [a, b] of apart) {
    it(`count apart from those of another: ${a} and ${b}`, () => expect(areOne(a, b)).toBe(false));
  }

  it("do not fill the server", () => {
    const admission = new Admission();
    let entered = 0;
    for (let i = 0; i < 5_000; i++) if (admission.enter(`2001:db8:1:2::${i.toString(16)}`)) entered++;
    expect(entered).toBe(1_000);
    expect(admission.enter("2001:db8:1:3::1")).toBe(true);
  });

  it("give their places back, whichever leaves", () => {
    const admission = new Admission(10, 2);
    admission.enter("2001:db8::1");
    admission.enter("2001:db8::2");
    admission.leave("2001:db8::1");
    expect(admission.enter("2001:db8::3")).toBe(true);
    expect(admission.enter("2001:db8::1")).toBe(false);
  });
});

describe("RFC 4291 §2.5.5.2 an IPv4 address that is mapped to IPv6", () => {
  it("is the IPv4 address", () => {
    expect(areOne("::ffff:192.0.2.1", "192.0.2.1")).toBe(true);
    expect(areOne("::FFFF:192.0.2.1", "::ffff:192.0.2.1")).toBe(true);
  });

  it("is not one with its neighbours", () => {
    expect(areOne("::ffff:192.0.2.1", "::ffff:192.0.2.2")).toBe(false);
    expect(areOne("192.0.2.1", "192.0.2.2")).toBe(false);
    expect(areOne("::ffff:192.0.2.1", "::1")).toBe(false);
  });
});
