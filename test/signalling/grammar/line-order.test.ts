import { describe, expect, it } from "vitest";
import { LineOrder } from "../../../src/signalling/grammar/line-order.ts";

/** What is wrong with lines of these types, or undefined. */
function order(types: string): string | undefined {
  const lines = new LineOrder();
  for (const type of types) {
    const reason = lines.place(type);
    if (reason !== undefined) return reason;
  }
  return lines.end();
}

describe("RFC 8866 §5 order of lines", () => {
  it.each([
    ["the least", "vost"],
    ["everything once", "vosiuepcbtrzka"],
    ["everything that may be many", "vosiueeppcbbttrrztrkaa"],
    ["sections of everything", "vostmicbkamicbka"],
    ["many connections and bandwidths in a section", "vostmiccbbka"],
    ["sections of nothing", "vostmmm"],
    ["a bandwidth behind attributes, as pages edit it in", "vostmcaaba"],
    ["the time zone of RFC 4566, behind the times", "vosttz"],
    ["k= in two sections", "vostmkmk"],
  ])("takes %s: %s", (_, types) => {
    expect(order(types)).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["an end before s=", "vo"],
    ["no t=", "vos"],
    ["no t= before a section", "vosm"],
    ["no t= before attributes", "vosat"],
    ["no v=", "ost"],
    ["no o=", "vst"],
    ["no s=", "vot"],
    ["a section at once", "m"],
    ["s= before o=", "vsot"],
    ["two v=", "vvost"],
    ["two o=", "voost"],
    ["two s=", "vosst"],
    ["two i=", "vosiit"],
    ["two u=", "vosuut"],
    ["two c= at session level", "voscct"],
    ["two z= behind one time", "vostrzz"],
    ["two k=", "vostkk"],
    ["c= behind t=", "vostc"],
    ["b= behind t=", "vostb"],
    ["i= behind c=", "voscit"],
    ["e= behind p=", "vospet"],
    ["r= before t=", "vosrt"],
    ["t= behind a=", "vostat"],
    ["k= behind a=", "vostak"],
    ["v= later", "vostv"],
    ["t= in a section", "vostmt"],
    ["v= in a section", "vostmv"],
    ["two i= in a section", "vostmii"],
    ["two k= in a section", "vostmkak"],
    ["an unknown type", "vostx"],
    ["an unknown type in a section", "vostmx"],
    ["a type in capitals", "vostA"],
  ])("refuses %s: %s", (_, types) => {
    expect(order(types)).toEqual(expect.stringMatching(/^.{10,80}$/));
  });
});
