/**
 * Reads the fields of a JSON object that a stranger sent.
 *
 * Each method returns a value of its type whatever the field holds, and notes the first fault. So a parser
 * reads as a list of what it wants, and looks for a fault once, at the end.
 */
export class Fields {
  readonly #source: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #faults: string[];

  constructor(source: object, path = "", faults: string[] = []) {
    this.#source = source as Readonly<Record<string, unknown>>;
    this.#path = path;
    this.#faults = faults;
  }

  /** What was wrong first, in words of ours alone; undefined while all is well. */
  get fault(): string | undefined {
    return this.#faults[0];
  }

  /** Notes a fault of the object as a whole. */
  reject(reason: string): void {
    this.#faults.push(reason);
  }

  /** True when the field is not there. JSON's null is there. */
  missing(name: string): boolean {
    return this.#read(name) === undefined;
  }

  isNull(name: string): boolean {
    return this.#read(name) === null;
  }

  /** Text of 1 to `longest` UTF-16 code units. */
  string(name: string, longest: number): string {
    const value = this.#read(name);
    if (isText(value, longest) && value !== "") return value;
    return this.#blame(name, `a string of 1 to ${longest} characters`, "");
  }

  stringOrEmpty(name: string, longest: number): string {
    const value = this.#read(name);
    return isText(value, longest) ? value : this.#blame(name, `a string of up to ${longest} characters`, "");
  }

  /** Null also when the field is missing, as browsers read their dictionaries. */
  stringOrNull(name: string, longest: number): string | null {
    return this.missing(name) || this.isNull(name) ? null : this.string(name, longest);
  }

  match(name: string, pattern: RegExp, inWords: string): string {
    const value = this.#read(name);
    return typeof value === "string" && pattern.test(value) ? value : this.#blame(name, inWords, "");
  }

  oneOf<const Value extends string>(name: string, values: readonly [Value, ...Value[]]): Value {
    const found = values.find((value) => value === this.#read(name));
    return found ?? this.#blame(name, `one of ${values.join(", ")}`, values[0]);
  }

  uint16OrNull(name: string): number | null {
    const value = this.#read(name);
    if (value === undefined || value === null) return null;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff;
    return fits ? value : this.#blame(name, "an integer of 0 to 65535 or null", null);
  }

  /** A string or a number to be given back as it came; undefined when there is none. */
  id(name: string, longest: number): string | number | undefined {
    const value = this.#read(name);
    if (value === undefined) return undefined;
    // JSON's 1e999 is read as Infinity, which JSON cannot write.
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (isText(value, longest)) return value;
    return this.#blame(name, `a number or a string of up to ${longest} characters`, undefined);
  }

  /** The fields of an object within this one; their faults are this object's faults. */
  object(name: string): Fields {
    const value = this.#read(name);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const inner = isObject ? value : this.#blame(name, "an object", {});
    return new Fields(inner, `${this.#path}${name}.`, this.#faults);
  }

  #read(name: string): unknown {
    return Object.hasOwn(this.#source, name) ? this.#source[name] : undefined;
  }

  #blame<Value>(name: string, expected: string, instead: Value): Value {
    this.#faults.push(`${this.#path}${name} must be ${expected}`);
    return instead;
  }
}

/** A lone surrogate is no character: UTF-8 cannot carry it, and what cannot be relayed is refused. */
function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest && value.isWellFormed();
}
