/**
 * The heads of requests and responses (RFC 9112 §2), read leniently and kept as they came: what is wrong with a head
 * is for the cases to judge.
 */

/** A start line and its fields, in order. */
export class Head {
  readonly startLine: string;
  readonly fields: readonly (readonly [name: string, value: string])[];

  constructor(startLine: string, fields: readonly (readonly [string, string])[]) {
    this.startLine = startLine;
    this.fields = fields;
  }

  /** Every value of the field, in order; names are compared without regard to case. */
  all(name: string): readonly string[] {
    return this.fields
      .filter(([other]) => other.toLowerCase() === name.toLowerCase())
      .map(([, value]) => value);
  }

  /** The values joined to one list (RFC 9110 §5.3); `undefined` when there is none. */
  value(name: string): string | undefined {
    const values = this.all(name);
    return values.length === 0 ? undefined : values.join(", ");
  }

  /** The comma-separated elements of the field, trimmed, empty ones left out. */
  list(name: string): readonly string[] {
    return (this.value(name) ?? "")
      .split(",")
      .map((element) => element.trim())
      .filter((element) => element !== "");
  }

  /** Whether one of the elements is `token`, without regard to ASCII case. */
  hasToken(name: string, token: string): boolean {
    return this.list(name).some((element) => element.toLowerCase() === token.toLowerCase());
  }

  /** The status of a response; NaN for anything else. */
  get status(): number {
    return Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(this.startLine)?.[1] ?? Number.NaN);
  }
}

/** The head that `octets` begin with, and its size in octets with the empty line; `undefined` while it is not all there. */
export function decodeHead(octets: Buffer): { head: Head; size: number } | undefined {
  const end = octets.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [startLine = "", ...lines] = octets.toString("latin1", 0, end).split("\r\n");
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { head: new Head(startLine, fields), size: end + 4 };
}

/** The octets of a head. Nothing is checked: a case may write what it likes, in Latin-1. */
export function encodeHead(startLine: string, fields: readonly (readonly [string, string])[]): Buffer {
  const lines = [startLine, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""];
  return Buffer.from(lines.join("\r\n"), "latin1");
}
