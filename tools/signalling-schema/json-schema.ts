/** `docs/signalling.schema.json`: everything that is said on a signalling socket, as a JSON Schema (2020-12). */
import { commands } from "../../src/signalling/commands.ts";
import type { Schema } from "../../src/signalling/shapes.ts";
import { commandExamples, loginExamples, noticeExamples } from "./examples.ts";
import { loginCommands, loginNotices } from "./logins.ts";
import { notices } from "./notices.ts";

/** By their names. */
export type Definitions = Readonly<Record<string, Schema>>;

/** The document. */
export function signallingSchema(): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:barewire:signal:v1",
    title: "barewire.signal.v1",
    description:
      "One text message of the WebSocket subprotocol barewire.signal.v1. What a schema cannot say: text is well-formed " +
      "UTF-16, and its lengths are in UTF-16 code units; numbers are finite; presence has a size and a depth; `sdp` and " +
      "`candidate` have the grammar of RFC 8866 and RFC 8839.",
    anyOf: ["Command", "Notice", "LoginCommand", "LoginNotice"].map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: definitions("#/$defs/"),
  };
}

/** Every shape that has a title, and what is made of them. */
export function definitions(prefix: string): Definitions {
  const named = new Map<string, Schema>();
  const groups = Object.entries({
    Command: { about: "What a peer asks of the server.", shapes: commands },
    Notice: { about: "What the server tells a peer.", shapes: notices },
    LoginCommand: { about: "Shows a login, in band.", shapes: loginCommands },
    LoginNotice: { about: "What the server says about logins.", shapes: loginNotices },
  }).map(([title, { about, shapes }]): [string, Schema] => {
    const oneOf = Object.values(shapes).map(({ schema }) => refer(schema, named, prefix));
    return [title, { title, description: about, oneOf }];
  });
  const sorted = [...named].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries([...groups, ...sorted]);
}

/** The schema with references in place of what has a title. */
function refer(schema: Schema, named: Map<string, Schema>, prefix: string): Schema {
  const { title } = schema;
  if (typeof title !== "string") return inner(schema, named, prefix);
  if (!named.has(title)) {
    const examples = examplesByTitle.get(title);
    named.set(title, { ...inner(schema, named, prefix), ...(examples && { examples }) });
  }
  return { $ref: `${prefix}${title}` };
}

function inner(schema: Schema, named: Map<string, Schema>, prefix: string): Schema {
  const entries = Object.entries(schema).map(([key, value]) => [key, deeper(value, named, prefix)]);
  return Object.fromEntries(entries);
}

function deeper(value: unknown, named: Map<string, Schema>, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => deeper(item, named, prefix));
  if (typeof value !== "object" || value === null) return value;
  return refer(value as Schema, named, prefix);
}

const examplesByTitle: ReadonlyMap<string, readonly object[]> = new Map([
  ...Object.entries(loginExamples),
  ...Object.entries(commands).map(([type, { schema }]) => entry(schema, commandExamples, type)),
  ...Object.entries(notices).map(([type, { schema }]) => entry(schema, noticeExamples, type)),
]);

function entry(
  schema: Schema,
  examples: Readonly<Record<string, readonly object[]>>,
  type: string,
): [string, readonly object[]] {
  return [`${schema.title}`, examples[type]!];
}
