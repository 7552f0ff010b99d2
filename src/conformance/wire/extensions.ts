/** Sec-WebSocket-Extensions (RFC 6455 §9.1): a list of names with parameters, read leniently. */

export interface Extension {
  readonly name: string;
  /** Parameters in order; `undefined` where one has no value. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

/** What the field's value lists. Quoted values lose their quotation marks. */
export function readExtensions(value: string): readonly Extension[] {
  return value
    .split(",")
    .map((element) => element.trim())
    .filter((element) => element !== "")
    .map((element) => {
      const [name = "", ...parameters] = element.split(";").map((part) => part.trim());
      return { name, parameters: parameters.map(readParameter) };
    });
}

/** The value of a parameter: a text, `true` where it has none, `undefined` where it is not there. */
export function parameter(extension: Extension, name: string): string | true | undefined {
  const found = extension.parameters.find(([other]) => other === name);
  return found === undefined ? undefined : (found[1] ?? true);
}

function readParameter(text: string): [string, string | undefined] {
  const equals = text.indexOf("=");
  if (equals < 0) return [text, undefined];
  const value = text.slice(equals + 1).trim();
  return [text.slice(0, equals).trim(), /^".*"$/.test(value) ? value.slice(1, -1) : value];
}
