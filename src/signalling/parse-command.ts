/**
 * Reads what a peer sends.
 *
 * It is hostile until {@link parseCommand} has passed it: the command it returns is built anew from the fields that
 * were checked, and holds nothing else of what came in.
 */
import { commandId, commands } from "./commands.ts";
import { type Command, type CommandId, limits, type Refusal, refuse } from "./protocol.ts";
import { Fault, type Shape } from "./shapes.ts";

// A Map and not an object, which would know the types "constructor" and "__proto__".
const shapes: ReadonlyMap<unknown, Shape<Command>> = new Map<unknown, Shape<Command>>(
  Object.entries(commands),
);

/** Returns the command, or why the text is not one. Never throws, whatever the text. */
export function parseCommand(text: string): Command | Refusal {
  if (text.length > limits.command)
    return refuse("malformed", `a command has at most ${limits.command} characters`);
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse("malformed", "a command is one JSON object");

  const given = own(value, "id");
  const id = given === undefined ? undefined : commandId.read(given);
  if (id instanceof Fault) return malformed(id.within("id"));
  const type = own(value, "type");
  const shape = shapes.get(type);
  if (shape === undefined) {
    if (typeof type === "string") return refuse("unknown-type", "there is no command of this type", id);
    return refuse("malformed", "type must be a string", id);
  }
  const command = shape.read(value);
  return command instanceof Fault ? malformed(command, id) : command;
}

/** What is known of the text that a command was read from. */
export interface TextTraits {
  /** In UTF-16 code units. */
  readonly size: number;
  /** Whether nothing is escaped in it: then its strings need no escape in another JSON text either (RFC 8259 §7). */
  readonly plain: boolean;
}

export function traitsOf(text: string): TextTraits {
  return { size: text.length, plain: !text.includes("\\") };
}

function malformed({ path, reason }: Fault, id?: CommandId): Refusal {
  return refuse("malformed", `${path} ${reason}`, id);
}

function own(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** JSON's own `undefined`: not a value that JSON can hold, so it can stand for "not JSON". */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
