/** The documents for machines say what the server does: no more, and no less. */
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuthMessage } from "../../src/auth/auth-message.ts";
import { commands } from "../../src/signalling/commands.ts";
import { parseCommand } from "../../src/signalling/parse-command.ts";
import { limits } from "../../src/signalling/protocol.ts";
import { Fault, type Schema, type Shape } from "../../src/signalling/shapes.ts";
import { commandExamples, loginExamples, noticeExamples } from "../../tools/signalling-schema/examples.ts";
import { jsonFile } from "../../tools/signalling-schema/json-file.ts";
import { signallingSchema } from "../../tools/signalling-schema/json-schema.ts";
import { notices } from "../../tools/signalling-schema/notices.ts";

type Json = Record<string, unknown>;

const schema = signallingSchema();
const definitions = schema.$defs as Readonly<Record<string, Schema>>;
const ajv = new Ajv2020({ strict: true, strictTypes: false, addUsedSchema: false });
ajv.addSchema(schema, "signalling");

function validatorOf(name: string): ValidateFunction {
  return ajv.getSchema(`signalling#/$defs/${name}`) ?? ajv.compile({ $ref: `signalling#/$defs/${name}` });
}

const isCommand = validatorOf("Command");
const isNotice = validatorOf("Notice");
const sayings = Object.values<readonly object[]>(commandExamples).flat() as Json[];
const tellings = Object.values<readonly object[]>(noticeExamples).flat() as Json[];

function isParsed(command: unknown): boolean {
  return parseCommand(JSON.stringify(command)).type !== "refusal";
}

describe("docs/signalling.schema.json", () => {
  it("is what the shapes say", () => {
    expect(readFileSync("docs/signalling.schema.json", "utf8")).toBe(jsonFile(schema));
  });

  it("has a description, and where it is a message examples, for every name", () => {
    for (const [name, { description, examples, oneOf, properties }] of Object.entries(definitions)) {
      expect(description, name).toMatch(/./);
      const isMessage = /Command$|Notice$|^Login|Login$|^SessionEnded$/.test(name) && oneOf === undefined;
      expect([name, Array.isArray(examples)]).toEqual([name, isMessage]);
      if (isMessage) expect(properties, name).toHaveProperty("type");
    }
  });

  it.each(sayings)("holds for the command $type, which the server reads as it is", (command) => {
    expect(isCommand(command), JSON.stringify(isCommand.errors)).toBe(true);
    expect(parseCommand(JSON.stringify(command))).toEqual(command);
  });

  it.each(tellings)("holds for the notice $type", (notice) => {
    expect(isNotice(notice), JSON.stringify(isNotice.errors)).toBe(true);
    expect(notices[notice.type as keyof typeof notices].read(notice)).toEqual(notice);
  });

  it.each(Object.keys(loginExamples))("holds for the login message %s", (name) => {
    for (const message of loginExamples[name]!) {
      expect(validatorOf(name)(message)).toBe(true);
      const { token, ticket } = message as Json;
      const isSaid = token !== undefined || ticket !== undefined;
      if (isSaid) expect(parseAuthMessage(JSON.stringify(message))).toMatchObject({ id: 8 });
    }
  });
});

/** A valid text of a length, or a little longer, where not any text will do. */
const texts: Readonly<Record<string, (length: number) => string>> = {
  sdp: (length) => {
    const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    if (length < 2000) return `${head}a=x:y\r\n`;
    const line = `a=x:${"y".repeat(994)}\r\n`;
    const [whole, rest] = [Math.floor((length - head.length) / 1000), (length - head.length) % 1000];
    return `${head}${line.repeat(whole - 1)}a=x:${"y".repeat(994 + rest)}\r\n`;
  },
  candidate: (length) => {
    const head = "candidate:1 1 udp 1 192.0.2.1 9 typ host x ";
    return head.padEnd(Math.max(length, head.length + 1), "y");
  },
};

interface Edge {
  readonly name: string;
  readonly path: readonly string[];
  readonly value: string | number;
  /** The number, or the length of the text. */
  readonly size: number;
  readonly good: boolean;
}

/** Every value at an edge that the schema of a message tells of. */
function edgesOf(title: string, path: readonly string[] = []): readonly Edge[] {
  const { properties = {} } = definitions[title]!;
  return Object.entries(properties as Readonly<Record<string, Schema>>).flatMap(([name, property]) =>
    alternatives(property).flatMap((one) => {
      const here = [...path, name];
      const inner = String(one.title);
      return one.properties === undefined ? edges(here, one) : edgesOf(inner, here);
    }),
  );
}

/** The schemas that a property may have, behind its references. */
function alternatives(property: Schema): readonly Schema[] {
  const { $ref, allOf, anyOf } = property as { $ref?: string; allOf?: Schema[]; anyOf?: Schema[] };
  if ($ref !== undefined) return alternatives(definitions[$ref.split("/").at(-1)!]!);
  if (property.properties !== undefined) return [property];
  return (allOf ?? anyOf)?.flatMap(alternatives) ?? [property];
}

function edges(path: readonly string[], property: Schema): readonly Edge[] {
  const { minLength = 0, maxLength, minimum, maximum } = property as Record<string, number | undefined>;
  const name = path.join(".");
  const edge = (value: string | number, good: boolean): Edge => {
    const size = typeof value === "string" ? value.length : value;
    return { name, path, value, size, good };
  };
  if (maxLength !== undefined) {
    const text = texts[path.at(-1)!] ?? ((length) => "a".repeat(length));
    const shortest = minLength === 0 ? [edge("", true)] : [edge(text(minLength), true), edge("", false)];
    return [...shortest, edge(text(maxLength), true), edge(text(maxLength + 1), false)];
  }
  if (minimum === undefined || maximum === undefined) return [];
  const inside = [minimum, maximum].map((value) => edge(value, true));
  return [...inside, ...[minimum - 1, maximum + 1, minimum + 0.5].map((value) => edge(value, false))];
}

function withValue(message: Json, path: readonly string[], value: unknown): Json {
  const [name = "", ...rest] = path;
  const inner = rest.length === 0 ? value : withValue((message[name] ?? {}) as Json, rest, value);
  return { ...message, [name]: inner };
}

describe("a limit at its edge", () => {
  const rows = Object.entries(commands).flatMap(([type, shape]) => {
    const base: Json = Object.assign({}, ...commandExamples[type as keyof typeof commands]);
    return edgesOf(String(shape.schema.title)).map((edge) => ({ type, base, ...edge }));
  });

  it.each(rows)(
    "of $type: $name of $size, is for the schema what it is for the server",
    ({ base, path, value, good }) => {
      const command = withValue(base, path, value);
      expect([isCommand(command), isParsed(command)]).toEqual([good, good]);
    },
  );

  it("is known of every field that has one", () => {
    const names = new Set(rows.map(({ name }) => name.split(".").at(-1)));
    const bounded = [
      "id",
      "room",
      "peer",
      "secret",
      "sdp",
      "candidate",
      "sdpMid",
      "usernameFragment",
      "text",
    ];
    expect([...names]).toEqual(expect.arrayContaining([...bounded, "seq", "ack", "sdpMLineIndex", "to"]));
  });
});

/** What is put in place of a field: something at every edge, and everything that a field may be taken for. */
const replacement: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      null,
      true,
      false,
      0,
      1,
      -1,
      0.5,
      65_535,
      65_536,
      2 ** 53 - 1,
      2 ** 53,
      1e21,
      "",
      "a",
      ".",
      "..",
      "a/b",
    ],
    ...["offer", "answer", "pranswer", "join", "auth", [], [1], {}, { type: "offer" }, { peer: "p" }],
  ),
  fc.constantFrom(64, 65, 256, 257, 1024, 1025, 4096, 4097).map((length) => "a".repeat(length)),
  fc.constantFrom(...sayings, ...tellings),
);

type Mutation = readonly [at: number, value: unknown, kind: "replace" | "delete" | "add"];
const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.nat(40),
  replacement,
  fc.constantFrom("replace", "replace", "delete", "add"),
);

/** The message with one of its fields, at any depth, replaced, gone, or joined by another. */
function mutated(message: Json, [at, value, kind]: Mutation): Json {
  const copy = structuredClone(message);
  const places = placesOf(copy);
  const [owner, name] = places[at % places.length] ?? [copy, "more"];
  if (kind === "delete") delete owner[name];
  else owner[kind === "add" ? ["id", "seq", "to", "ack", "presence", "more"][at % 6]! : name] = value;
  return copy;
}

function placesOf(value: Json): readonly (readonly [Json, string])[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const isInner = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    return [[value, name] as const, ...(isInner ? placesOf(inner as Json) : [])];
  });
}

/**
 * The same message without what a schema cannot say: the grammar of SDP and candidates, the size and depth of presence.
 * (Text that is not well-formed and numbers that are not finite are not made here at all.)
 */
function sayable(message: Json): Json {
  const { description, candidate, presence } = message as Record<string, Json | undefined>;
  const copy: Json = { ...message };
  if (typeof description?.sdp === "string")
    copy.description = { ...description, sdp: likeText("sdp", description.sdp) };
  if (typeof candidate?.candidate === "string")
    copy.candidate = { ...candidate, candidate: likeText("candidate", candidate.candidate) };
  const isLong = presence !== undefined && JSON.stringify(presence).length > limits.presence;
  if (isLong && typeof presence === "object") copy.presence = Array.isArray(presence) ? [] : {};
  return copy;
}

function likeText(name: string, { length }: string): string {
  return length === 0 ? "" : texts[name]!(length);
}

describe("what the schema holds for", () => {
  const seed = 20_260_714;
  const runs = { seed, numRuns: 2_000 };
  const changed = (messages: readonly Json[]): fc.Arbitrary<Json> =>
    fc
      .tuple(fc.constantFrom(...messages), fc.array(mutation, { maxLength: 3 }))
      .map(([message, mutations]) => sayable(mutations.reduce(mutated, message)));

  it(`is what parseCommand takes (seed ${seed})`, () => {
    let accepted = 0;
    const property = fc.property(changed([...sayings, ...tellings]), (command) => {
      fc.pre(JSON.stringify(command).length <= limits.command);
      const isTaken = isParsed(command);
      accepted += Number(isTaken);
      return isCommand(command) === isTaken;
    });
    fc.assert(property, runs);
    expect(accepted).toBeGreaterThan(runs.numRuns / 10);
  });

  it(`is what the shapes of notices take (seed ${seed})`, () => {
    const property = fc.property(changed(tellings), (notice) => {
      const shape = Object.hasOwn(notices, String(notice.type))
        ? (notices[notice.type as keyof typeof notices] as Shape<object>)
        : undefined;
      return isNotice(notice) === (shape !== undefined && !(shape.read(notice) instanceof Fault));
    });
    fc.assert(property, runs);
  });

  it(`is nothing when it is no object (seed ${seed})`, () => {
    const property = fc.property(fc.jsonValue(), (value) => {
      expect(isParsed(value)).toBe(isCommand(value));
    });
    fc.assert(property, { seed, numRuns: 300 });
  });

  it.each([
    ["half a character", { type: "message", text: "\ud800" }],
    ["more code units than characters", { type: "message", text: "👍".repeat(2049) }],
    ["presence that is too long", { type: "presence", presence: { a: "a".repeat(limits.presence) } }],
    ["no session description", { type: "description", to: "p", description: { type: "offer", sdp: "x" } }],
    ["no candidate", { type: "candidate", to: "p", candidate: { candidate: "x", sdpMid: "0" } }],
  ])("cannot say all: %s", (_what, command) => {
    expect([isCommand(command), isParsed(command)]).toEqual([true, false]);
  });
});
