import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../../src/signalling/commands.ts";
import type { Schema } from "../../../src/signalling/shapes.ts";
import { signallingAsyncApi } from "../../../tools/signalling-schema/asyncapi.ts";
import { jsonFile } from "../../../tools/signalling-schema/json-file.ts";
import { notices } from "../../../tools/signalling-schema/notices.ts";

interface Operation {
  readonly action: "send" | "receive";
  readonly messages: readonly { readonly $ref: string }[];
  readonly reply?: { readonly messages: readonly { readonly $ref: string }[] };
}

interface Message {
  readonly payload: { readonly $ref: string };
  readonly correlationId?: { readonly location: string };
  readonly examples: readonly { readonly payload: { readonly type: string } }[];
}

interface Document {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const document = signallingAsyncApi();
const { operations, components } = document as unknown as Document;

/** Every reference in the document. */
function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "$ref" && typeof inner === "string" ? [inner] : referencesIn(inner),
  );
}

/** What a reference within the document leads to. */
function resolve(reference: string): unknown {
  let value: unknown = document;
  for (const name of reference.replace(/^#\//, "").split("/")) value = (value as Schema | undefined)?.[name];
  return value;
}

/** The types of the messages behind references to messages of the channel. */
function typesOf(messages: readonly { readonly $ref: string }[]): readonly string[] {
  return messages.map(({ $ref }) => {
    const { $ref: component } = resolve($ref) as { readonly $ref: string };
    return (resolve(component) as Message).examples[0]!.payload.type;
  });
}

describe("docs/signalling.asyncapi.json", () => {
  let official: ReturnType<Ajv["compile"]>;
  beforeAll(() => {
    // The schema of AsyncAPI 3.0.0 carries its own copy of the one of draft-07, which Ajv has too.
    const file = "node_modules/@asyncapi/specs/schemas/3.0.0.json";
    const { $schema: _, ...schema } = JSON.parse(readFileSync(file, "utf8")) as Schema;
    official = new Ajv({ strict: false, meta: false, validateSchema: false, logger: false }).compile(schema);
  });

  it("is what the shapes say", () => {
    expect(readFileSync("docs/signalling.asyncapi.json", "utf8")).toBe(jsonFile(document));
  });

  it("is AsyncAPI 3.0.0", () => {
    expect(official(document), JSON.stringify(official.errors)).toBe(true);
    expect(official({ ...document, operations: { join: { action: "shout" } } })).toBe(false);
  });

  it("refers only to what is there", () => {
    const references = new Set(referencesIn(document));
    expect(references.size).toBeGreaterThan(50);
    for (const reference of references) expect([reference, resolve(reference)]).not.toContain(undefined);
  });

  it("has an operation for each command, with its answers", () => {
    for (const type of Object.keys(commands)) {
      const { action, messages, reply } = operations[type]!;
      expect([action, typesOf(messages)]).toEqual(["receive", [type]]);
      const answers = type === "join" ? ["joined", "resumed"] : [type === "ping" ? "pong" : "ok"];
      expect(typesOf(reply!.messages)).toEqual([...answers, "error"]);
    }
  });

  it("has every notice either as an answer or as an operation, and none as both", () => {
    const all = Object.values(operations);
    const told = all.filter(({ action }) => action === "send").flatMap(({ messages }) => typesOf(messages));
    const answered = new Set(all.flatMap(({ reply }) => typesOf(reply?.messages ?? [])));
    const heard = [...told, ...answered].filter((type) => type !== "auth");
    expect(heard.toSorted()).toEqual(Object.keys(notices).toSorted());
  });

  it("tells answers apart by their id", () => {
    const identified = Object.values(components.messages).filter(({ correlationId }) => correlationId);
    expect(identified.length).toBeGreaterThan(Object.keys(commands).length);
    for (const { correlationId, payload } of identified) {
      expect(correlationId).toEqual({ location: "$message.payload#/id" });
      expect((resolve(payload.$ref) as { readonly properties: object }).properties).toHaveProperty("id");
    }
  });

  it("has payloads that hold for their examples, as draft-07 reads them", () => {
    const ajv = new Ajv({ strict: false }).addSchema({ ...document, $id: "doc" });
    for (const [name, { payload, examples }] of Object.entries(components.messages)) {
      const isOne = ajv.compile({ $ref: `doc${payload.$ref}` });
      expect(examples.length, name).toBeGreaterThan(0);
      for (const example of examples) expect(isOne(example.payload), name).toBe(true);
      expect(isOne({ ...examples[0]!.payload, type: "none" })).toBe(false);
    }
  });
});
