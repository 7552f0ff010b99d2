import { describe, expect, it } from "vitest";
import { core, coreForClients, coreForServers } from "../../../src/conformance/cases/core.ts";
import { documents } from "../../../tools/requirements/documents.ts";

const all = [...core, ...coreForServers, ...coreForClients];

/** How many cases each group and sub-group of Autobahn|Testsuite has that is about the core. */
const autobahn: Readonly<Record<string, number>> = {
  ...{ "1.1": 8, "1.2": 8, "2": 11, "3": 7, "4.1": 5, "4.2": 5, "5": 20 },
  ...{ "6.1": 3, "6.2": 4, "6.3": 2, "6.4": 4, "6.5": 5, "6.6": 11, "6.7": 4, "6.8": 2, "6.9": 4, "6.10": 3 },
  ...{ "6.11": 5, "6.12": 8, "6.13": 5, "6.14": 10, "6.15": 1, "6.16": 3, "6.17": 5, "6.18": 5, "6.19": 5 },
  ...{ "6.20": 7, "6.21": 8, "6.22": 34, "6.23": 7 },
  ...{ "7.1": 6, "7.3": 6, "7.5": 1, "7.7": 13, "7.9": 9, "7.13": 2 },
  ...{ "9.1": 6, "9.2": 6, "9.3": 9, "9.4": 9, "9.5": 6, "9.6": 6, "9.7": 6, "9.8": 6, "10.1": 1 },
};

const numbers = Object.entries(autobahn).flatMap(([group, count]) =>
  Array.from({ length: count }, (_, i) => `${group}.${i + 1}`),
);

describe("the numbers of Autobahn|Testsuite", () => {
  it.each(["server", "client"] as const)("are all covered for a %s, and no others", (role) => {
    const covered = all.filter(({ roles }) => roles.includes(role)).flatMap((item) => item.autobahn);
    expect(new Set(covered)).toEqual(new Set(numbers));
  });

  it("are covered once, but for 3.6, which is not what it says it is", () => {
    const forServers = [...core, ...coreForServers].flatMap((item) => item.autobahn);
    const twice = forServers.filter((number, i) => forServers.indexOf(number) !== i);
    expect(twice).toEqual(["3.6"]);
  });
});

describe("the ids of cases", () => {
  it("are unique, and so are the titles for a role", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const role of ["server", "client"] as const) {
      const titles = all
        .filter(({ roles }) => roles.includes(role))
        .map(({ id, title }) => `${clauseOf(id)} ${title}`);
      expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
    }
  });

  it.each([
    ["core", core],
    ["coreForServers", coreForServers],
    ["coreForClients", coreForClients],
  ])("are in the order of their clauses, and in it of their numbers, in %s", (_, cases) => {
    const places = cases.map(({ id }) => placeOf(id));
    const sorted = places.toSorted(compare);
    expect(places).toEqual(sorted);
  });
});

function clauseOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}

/** `rfc6455/5.5.1/3` as [5, 5, 1, 0, 3]. */
function placeOf(id: string): readonly number[] {
  const [, clause, number] = id.split("/");
  const parts = clause!.split(".").map(Number);
  return [...parts, ...Array<number>(4 - parts.length).fill(0), Number(number)];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((part, i) => part !== other[i]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}

/** Sentences without a key word of obligation, which the tables of requirements therefore do not have. */
const besides: Readonly<Record<string, string>> = {
  "As a consequence of these rules, all fragments of a message are of the same type, as set by the first fragment's opcode.":
    "follows from those that have one",
  "Following the 2-byte integer, the body MAY contain UTF-8-encoded data with value /reason/":
    "what the MAY allows is UTF-8, and nothing else",
  'The "Payload data" is arbitrary binary data whose interpretation is solely up to the application layer.':
    "says what binary data is",
  "Reserved. The specific meaning might be defined in the future.":
    "all that is said of 1004, which therefore means nothing yet",
  "Endpoints MAY use the following pre-defined status codes when sending a Close frame.":
    "what an endpoint may send, its peer has to take",
  "Note that this status code is not used by the server, because it can fail the WebSocket handshake instead.":
    "a note, held against clients as a MAY",
};

describe("the sentences that are held against a peer", () => {
  const quotes = documents.find(({ number }) => number === "6455")!.requirements.map(({ quote }) => quote);
  const sentences = [...new Set(all.map(({ requirement }) => requirement))];

  it.each(sentences)("is one of RFC 6455: %s", (sentence) => {
    const known = quotes.some((quote) => contains(sentence, quote) || contains(quote, sentence));
    expect(known || sentence in besides).toBe(true);
  });

  it("are all used that are no requirements of the tables", () => {
    expect(Object.keys(besides).filter((sentence) => !sentences.includes(sentence))).toEqual([]);
  });
});

/** Whether the parts between the cuts of `quote` are in `text`, in their order. */
function contains(text: string, quote: string): boolean {
  let at = 0;
  return quote.split("…").every((part) => {
    const found = text.indexOf(part.trim(), at);
    at = found + part.trim().length;
    return found >= 0;
  });
}
