import { describe, expect, it } from "vitest";
import { sectionRows } from "../../../../src/conformance/report/page/rows.ts";
import { haystackOf, isFound, parseQuery } from "../../../../src/conformance/report/page/search.ts";
import { sampleRun } from "../sample.ts";

const run = sampleRun();
const rows = sectionRows([run]).flatMap(({ cases }) => cases);

describe("the search", () => {
  it.each([
    ["part of an id", "5.5.1/3", ["rfc6455/5.5.1/3"]],
    ["a word of the title", "million", ["rfc6455/10.4/4"]],
    ["words of the sentence, in any order", "unsigned body", ["rfc6455/5.5.1/3"]],
    ["words side by side", '"unsigned body"', []],
    ["an unfinished phrase", '"2-byte unsigned', ["rfc6455/5.5.1/3"]],
    ["whatever the case", "UTF-8 FRAGMENTS", ["rfc6455/8.1/12"]],
    ["a number of Autobahn|Testsuite", "autobahn:7.3.2", ["rfc6455/5.5.1/3"]],
    ["what came", "edited", ["rfc6455/8.1/12"]],
    ["a reason", "ECONNRESET", ["rfc6455/4.2.1/9"]],
    ["text that was sent masked", "κόσμε", []],
    ["octets of an unmasked payload", "62 79 65", ["rfc6455/5.5.1/3"]],
    ["octets as they were on the wire", "88 05 03e8", ["rfc6455/5.5.1/3"]],
    ["octets, with 0x", "0x88 0x05", ["rfc6455/5.5.1/3"]],
    ["octets that begin in the middle of one", "80 50 3e 86", []],
  ])("finds %s", (_, typed, ids) => {
    const query = parseQuery(typed)!;
    const found = rows.filter((row) => isFound(query, haystackOf(row, wiresOf(row.places))));
    expect(found.map(({ id }) => id)).toEqual(ids);
  });

  it("says nothing for blanks", () => expect(parseQuery('  "" ')).toBeUndefined());
});

function wiresOf(places: readonly number[]): (typeof run.cases)[number]["wire"][] {
  return places.map((place) => run.cases[place]!.wire);
}
