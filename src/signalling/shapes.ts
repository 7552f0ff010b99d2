/**
 * Shapes: what a value in a message may be, written down once. From one shape come the reader of a stranger's JSON,
 * and the JSON Schema that tells the stranger what is read.
 *
 *     const place = object<Place>({ room: required(text({ longest: 64 })), seat: optional(integer({ least: 1 })) })
 *     place.read({ room: "r", more: 1 })   ─▶ { room: "r", seat: undefined }
 *     place.read({ room: "" })             ─▶ Fault: room must be a string of 1 to 64 characters
 *     place.schema                         ─▶ { type: "object", properties: { … }, required: ["room"] }
 *
 * The type parameter of {@link object} is the compiler's hold: a field that the type has and the table has not, or
 * the other way round, does not compile.
 */

/** A JSON Schema (2020-12). What has a `title` is worth a name of its own in a document. */
export type Schema = Readonly<Record<string, unknown>>;

/** What a value may be. */
export interface Shape<Value> {
  /** Returns the value, objects built anew from what was checked; or what is wrong. Never throws. */
  readonly read: (value: unknown) => Value | Fault;
  readonly schema: Schema;
}

/** What was wrong first, in words of ours alone: nothing of the value is repeated in them. */
export class Fault {
  /** Of a whole sentence, what follows the name: `must be a string`. */
  readonly reason: string;
  /** The name of the field, with those of the objects around it. */
  readonly path: string;

  constructor(reason: string, path = "") {
    this.reason = reason;
    this.path = path;
  }

  within(name: string): Fault {
    return new Fault(this.reason, this.path === "" ? name : `${name}.${this.path}`);
  }
}

export interface TextOptions {
  /** In UTF-16 code units. */
  readonly longest: number;
  /** Default 1. */
  readonly shortest?: number;
  readonly pattern?: RegExp;
  /** What `pattern` asks for. */
  readonly inWords?: string;
  /** What else is wrong with a text that is one so far; undefined when it is well. */
  readonly check?: (text: string) => string | undefined;
}

/** A string. One with half a character in it (a lone surrogate) is none: UTF-8 cannot carry that any further. */
export function text({ longest, shortest = 1, pattern, inWords, check }: TextOptions): Shape<string> {
  const range = shortest === 0 ? `up to ${longest}` : `${shortest} to ${longest}`;
  const expected = new Fault(`must be ${inWords ?? `a string of ${range} characters`}`);
  return {
    schema: {
      type: "string",
      ...(shortest === 0 ? {} : { minLength: shortest }),
      maxLength: longest,
      ...(pattern === undefined ? {} : { pattern: pattern.source }),
    },
    read: (value) => {
      if (typeof value !== "string" || value.length < shortest || value.length > longest) return expected;
      if (pattern === undefined ? !value.isWellFormed() : !pattern.test(value)) return expected;
      const reason = check?.(value);
      return reason === undefined ? value : new Fault(reason);
    },
  };
}

export interface IntegerOptions {
  /** Default 0. */
  readonly least?: number;
  /** Default 2^53 − 1, the greatest that a JavaScript number holds exactly. */
  readonly most?: number;
}

/** An integer. */
export function integer(options: IntegerOptions = {}): Shape<number> {
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = options;
  const expected = new Fault(`must be an integer of ${least} to ${most}`);
  return {
    schema: { type: "integer", minimum: least, maximum: most },
    read: (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
        ? value
        : expected,
  };
}

/** True or false. */
export const boolean: Shape<boolean> = {
  schema: { type: "boolean" },
  read: (value) => (typeof value === "boolean" ? value : new Fault("must be true or false")),
};

/** Always the same. */
export function constant<const Value extends string | number | boolean>(only: Value): Shape<Value> {
  const expected = new Fault(`must be ${JSON.stringify(only)}`);
  return { schema: { const: only }, read: (value) => (value === only ? only : expected) };
}

/** One of some words, each of them explained. */
export function oneOf<Value extends string>(words: Readonly<Record<Value, string>>): Shape<Value> {
  const values = Object.keys(words) as Value[];
  const expected = new Fault(`must be one of ${values.join(", ")}`);
  return {
    schema: { enum: values, description: values.map((value) => `\`${value}\`: ${words[value]}`).join("; ") },
    read: (value) => values.find((one) => one === value) ?? expected,
  };
}

/** A name that its sender chose, to be given back as it came. */
export function name(longest: number): Shape<string | number> {
  const expected = new Fault(`must be a number or a string of up to ${longest} characters`);
  const word = text({ shortest: 0, longest });
  return {
    schema: { anyOf: [{ type: "number" }, word.schema] },
    read: (value) => {
      // JSON's 1e999 is read as Infinity, which JSON cannot write.
      if (typeof value === "number" && Number.isFinite(value)) return value;
      return word.read(value) instanceof Fault ? expected : (value as string);
    },
  };
}

/** Several of the same. */
export function list<Value>(item: Shape<Value>): Shape<readonly Value[]> {
  const expected = new Fault("must be an array");
  return {
    schema: { type: "array", items: item.schema },
    read: (value) => {
      if (!Array.isArray(value)) return expected;
      const items: Value[] = [];
      for (const [at, one] of value.entries()) {
        const read = item.read(one);
        if (read instanceof Fault) return read.within(`${at}`);
        items.push(read);
      }
      return items;
    },
  };
}

/** The same shape, with a name, or words about it, for the documents. */
export function described<Value>(
  shape: Shape<Value>,
  words: { readonly title?: string; readonly description?: string },
): Shape<Value> {
  return { ...shape, schema: { ...shape.schema, ...words } };
}

/** What a field that is not there counts as. Where it is not `refused`, a null may count as not being there. */
export type Absence = "refused" | "undefined" | "left out" | "null";

/** A field of an object. */
export interface Field<Value, When extends Absence = Absence> {
  readonly shape: Shape<Value>;
  readonly absent: When;
  readonly nullable: boolean;
  /** What it is here, beside what its shape says. */
  readonly description: string | undefined;
}

export function required<Value>(shape: Shape<Value>, description?: string): Field<Value, "refused"> {
  return field(shape, "refused", description);
}

/** Undefined when it is not there. */
export function optional<Value>(shape: Shape<Value>, description?: string): Field<Value, "undefined"> {
  return field(shape, "undefined", description);
}

/** Not there when it is not there. */
export function leftOut<Value>(shape: Shape<Value>, description?: string): Field<Value, "left out"> {
  return field(shape, "left out", description);
}

/** Null when it is not there, as browsers read their dictionaries. */
export function orNull<Value>(shape: Shape<Value>, description?: string): Field<Value, "null"> {
  return { ...field(shape, "null", description), nullable: true };
}

function field<Value, When extends Absence>(
  shape: Shape<Value>,
  absent: When,
  description: string | undefined,
): Field<Value, When> {
  return { shape, absent, nullable: false, description };
}

/** The fields that a type asks for: all of them, and none besides. */
export type Fields<Type> = {
  readonly [Name in keyof Type]-?: Field<Exclude<Type[Name], null | undefined>, AbsenceOf<Type, Name>>;
};

type AbsenceOf<Type, Name extends keyof Type> =
  object extends Pick<Type, Name>
    ? undefined extends Required<Type>[Name]
      ? "undefined"
      : "left out"
    : null extends Type[Name]
      ? "null"
      : "refused";

export interface ObjectOptions<Type> {
  readonly title?: string;
  readonly description?: string;
  /** What no single field can say: the words of what is wrong, and the same as a JSON Schema. */
  readonly rule?: { readonly check: (value: Type) => string | undefined; readonly schema: Schema };
}

/** A shape of which the fields are known. */
export interface ObjectShape<Type> extends Shape<Type> {
  readonly fields: Fields<Type>;
}

/** An object with these fields; others that it may have are not read. */
export function object<Type extends object>(
  fields: Fields<Type>,
  { rule, ...words }: ObjectOptions<Type> = {},
): ObjectShape<Type> {
  const rows = Object.entries<Field<unknown>>(fields).map(([name, field]) => ({ name, ...field }));
  const expected = new Fault("must be an object");
  return {
    fields,
    schema: { ...words, ...schemaOf(rows), ...rule?.schema },
    read: (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return expected;
      // Filled in the order of the table, whatever the order of what came in: all of one shape are alike.
      const result: Record<string, unknown> = {};
      for (const { name, shape, absent, nullable } of rows) {
        const given = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
        if (given === undefined || (nullable && given === null)) {
          if (absent === "undefined") result[name] = undefined;
          else if (absent === "null") result[name] = null;
          else if (absent === "refused") return (shape.read(undefined) as Fault).within(name);
        } else {
          const read = shape.read(given);
          if (read instanceof Fault) return read.within(name);
          result[name] = read;
        }
      }
      const reason = rule?.check(result as Type);
      return reason === undefined ? (result as Type) : new Fault(reason);
    },
  };
}

function schemaOf(rows: readonly (Field<unknown> & { readonly name: string })[]): Schema {
  const required = rows.filter(({ absent }) => absent === "refused").map(({ name }) => name);
  const properties = rows.map((row) => [row.name, propertyOf(row)]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}

function propertyOf({ shape: { schema }, nullable, description }: Field<unknown>): Schema {
  const whole = nullable ? { anyOf: [schema, { type: "null" }] } : schema;
  if (description === undefined) return whole;
  // Draft-07, on which AsyncAPI 3 builds, reads nothing beside the reference that a title becomes.
  return "title" in whole ? { allOf: [whole], description } : { ...whole, description };
}
