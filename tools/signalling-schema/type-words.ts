/** Schemas in the notation of TypeScript, short enough for a cell of a table. */
import type { Schema } from "../../src/signalling/shapes.ts";

/** What every message has, or the text around the table says. */
const understood = new Set(["type", "id", "seq", "event"]);

/** The fields of an object; `?` marks those that may be left out. Descriptions keep their `type`. */
export function fieldsOf({ properties, required = [], title }: Schema): string {
  const shown = Object.entries(properties as Record<string, Schema>)
    .filter(([name]) => title === "Description" || !understood.has(name))
    .map(([name, schema]) => `${name}${(required as string[]).includes(name) ? "" : "?"}: ${typeOf(schema)}`);
  return shown.map((field) => `\`${field.replaceAll("|", "\\|")}\``).join(", ");
}

/** The type alone: its name, where it has one. */
export function typeOf(schema: Schema): string {
  const { $ref, title, allOf, anyOf, type, items, enum: words } = schema;
  const name = $ref ?? title;
  if (name !== undefined) return String(name);
  const several = allOf ?? anyOf;
  if (several !== undefined) return (several as readonly Schema[]).map(typeOf).join(" | ");
  if (words !== undefined)
    return (words as readonly string[]).map((word) => JSON.stringify(word)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  return type === "array" ? `${typeOf(items as Schema)}[]` : String(type);
}
