/** Sec-WebSocket-Extensions, read as strictly as RFC 6455 §9.1 has it. */

export interface ListedExtension {
  readonly name: string;
  /** In order, with repetitions; `undefined` where one has no value. Quoted values have lost their marks. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

/** RFC 9110 §5.6.2 */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** RFC 6455 §9.1: also a value in quotation marks "MUST conform to the" token. */
const PARAMETER = `(${TOKEN})[ \\t]*(?:=[ \\t]*(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?`;
const element = new RegExp(`^[ \\t]*(${TOKEN})((?:[ \\t]*;[ \\t]*${PARAMETER})*)[ \\t]*(?:,|$)`);
const parameters = new RegExp(`;[ \\t]*${PARAMETER}`, "g");

/** What the field lists; `undefined` where it does not conform to its grammar. */
export function readExtensionList(value: string): readonly ListedExtension[] | undefined {
  const listed: ListedExtension[] = [];
  for (let rest = value; /[^ \t]/.test(rest); ) {
    // RFC 9110 §5.6.1.2: a recipient takes empty elements of a list, and ignores them.
    const empty = /^[ \t]*,/.exec(rest);
    const found = empty ?? element.exec(rest);
    if (found === null) return undefined;
    rest = rest.slice(found[0].length);
    if (empty !== null) continue;
    const read = readParameters(found[2]!);
    if (read === undefined) return undefined;
    listed.push({ name: found[1]!, parameters: read });
  }
  return listed.length === 0 ? undefined : listed;
}

function readParameters(text: string): ListedExtension["parameters"] | undefined {
  const read: [string, string | undefined][] = [];
  for (const [, name, plain, quoted] of text.matchAll(parameters)) {
    const value = plain ?? quoted?.replace(/\\(.)/g, "$1");
    if (value !== undefined && !new RegExp(`^${TOKEN}$`).test(value)) return undefined;
    read.push([name!, value]);
  }
  return read;
}
