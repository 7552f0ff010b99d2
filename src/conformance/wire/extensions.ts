/** Sec-WebSocket-Extensions (RFC 6455 §9.1): a list of names with parameters, read leniently. */

export interface Extension {
  readonly name: string;
  /** Parameters in order; `undefined` where one has no value. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

/** What the field's value lists. Quoted values lose their quotation marks and backslashes. */
export function readExtensions(value: string): readonly Extension[] {
  return split(value, ",")
    .filter((element) => element !== "")
    .map((element) => {
      const [name = "", ...parameters] = split(element, ";");
      return { name, parameters: parameters.map(readParameter) };
    });
}

/** The value of a parameter: a text, `true` where it has none, `undefined` where it is not there. */
export function parameter(extension: Extension, name: string): string | true | undefined {
  const found = extension.parameters.find(([other]) => other === name);
  return found === undefined ? undefined : (found[1] ?? true);
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const quoted = `"(?:\\\\?[!#$%&'*+.^_\`|~0-9A-Za-z-])+"`;
const ows = "[ \\t]*";
const extension = `${token}(?:${ows};${ows}${token}(?:${ows}=${ows}(?:${token}|${quoted}))?)*`;
const extensionList = new RegExp(`^(?:${ows},)*${ows}${extension}(?:${ows},(?:${ows}${extension})?)*${ows}$`);

/**
 * Whether RFC 6455 §9.1 has a field value like this: `extension-list = 1#extension`, where what is quoted "MUST
 * conform to the 'token' ABNF" once unescaped, and elements of the list may be empty (RFC 9110 §5.6.1.2).
 */
export function isExtensionList(value: string): boolean {
  return extensionList.test(value);
}

function readParameter(text: string): [string, string | undefined] {
  const equals = text.indexOf("=");
  if (equals < 0) return [text, undefined];
  const value = text.slice(equals + 1).trim();
  const bare = /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
  return [text.slice(0, equals).trim(), bare];
}

/** The pieces between separators that are not within quotation marks, trimmed. */
function split(text: string, separator: "," | ";"): string[] {
  const pieces = [""];
  for (const [piece] of text.matchAll(/"(?:\\.|[^"\\])*"|./gs)) {
    if (piece === separator) pieces.push("");
    else pieces.push(pieces.pop()! + piece);
  }
  return pieces.map((piece) => piece.trim());
}
