/**
 * The header grammar that an opening handshake needs: RFC 9110 §5.6 tokens, lists and quoted strings, and
 * the extension list of RFC 6455 §9.1.
 *
 *     Sec-WebSocket-Extensions = extension-list
 *     extension-list           = 1#extension
 *     extension                = extension-token *( ";" extension-param )
 *     extension-param          = token [ "=" (token | quoted-string) ]
 *
 * A parser returns undefined for text that its grammar does not produce.
 */

/** RFC 9110 §5.6.2: 1*tchar. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** RFC 9110 §5.5: visible characters, blanks and octets above ASCII; no control character, so no line end. */
export function isFieldValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/**
 * Whether `text` is a host and perhaps a port, as in `Host` (RFC 9110 §7.2). RFC 9110 §4.2.1: an http URI
 * has no empty host.
 */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

// RFC 3986 §3.2.2 and §3.2.3: a name or an address, and perhaps a port.
const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[\w\-.~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::\d*)?$/;

/** The values of one header, in order of arrival; empty when it was not sent. */
export type Headers = ReadonlyMap<string, readonly string[]>;

/** Groups raw headers (name, value, name, value, …) by lower-case name. */
export function groupHeaders(raw: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [raw[i + 1]!]);
    else values.push(raw[i + 1]!);
  }
  return headers;
}

/** The values of header `name`, which is given in lower case. */
export function valuesOf(headers: Headers, name: string): readonly string[] {
  return headers.get(name) ?? [];
}

/**
 * Reads `1#token` (RFC 9110 §5.6.1) from all values of one header: "A recipient MUST parse and ignore a
 * reasonable number of empty list elements". But a header that was sent has one element that is not.
 */
export function parseTokenList(values: readonly string[]): readonly string[] | undefined {
  const tokens: string[] = [];
  for (const value of values) {
    for (const element of value.split(",")) {
      const token = trimOws(element);
      if (token === "") continue;
      if (!isToken(token)) return undefined;
      tokens.push(token);
    }
  }
  return tokens.length > 0 || values.length === 0 ? tokens : undefined;
}

/** Whether a list header holds `token`, in any case. */
export function includesToken(values: readonly string[], token: string): boolean {
  return values.some((value) => value.split(",").some((element) => trimOws(element).toLowerCase() === token));
}

/** One extension as offered or accepted, its parameters in order. `value` is undefined for a bare parameter. */
export interface Extension {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly value: string | undefined }[];
}

/** Reads all values of `Sec-WebSocket-Extensions` (RFC 6455 §9.1), lists with empty elements as above. */
export function parseExtensions(values: readonly string[]): readonly Extension[] | undefined {
  const extensions: Extension[] = [];
  for (const element of values.flatMap((value) => splitOutsideQuotes(value, ","))) {
    if (trimOws(element) === "") continue;
    const [name = "", ...parameterTexts] = splitOutsideQuotes(element, ";").map(trimOws);
    if (!isToken(name)) return undefined;
    const parameters: { name: string; value: string | undefined }[] = [];
    for (const text of parameterTexts) {
      const parameter = parseParameter(text);
      if (parameter === undefined) return undefined;
      parameters.push(parameter);
    }
    extensions.push({ name, parameters });
  }
  return extensions.length > 0 || values.length === 0 ? extensions : undefined;
}

function parseParameter(text: string): { name: string; value: string | undefined } | undefined {
  const equals = text.indexOf("=");
  const name = trimOws(equals < 0 ? text : text.slice(0, equals));
  if (!isToken(name)) return undefined;
  if (equals < 0) return { name, value: undefined };
  let value = trimOws(text.slice(equals + 1));
  if (value.startsWith('"')) {
    const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value);
    if (quoted === null) return undefined;
    value = quoted[1]!.replace(/\\(.)/g, "$1");
  }
  // RFC 6455 §9.1: "When using the quoted-string syntax variant, the value after quoted-string unescaping
  // MUST conform to the 'token' ABNF."
  return isToken(value) ? { name, value } : undefined;
}

/** Splits at `separator` where it is not inside a quoted string. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === "\\") i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** RFC 9110 §5.6.3: optional white space is spaces and tabs, nothing else. */
export function trimOws(text: string): string {
  // From both ends by hand: the regular expression for it takes quadratic time where blanks stand inside.
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}
