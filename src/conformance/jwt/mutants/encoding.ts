/** How the verifier of the mutants reads base64url and JSON. */
import { Refusal, type Rules } from "./rules.ts";

/** The octets of a part of a token; strictly, but for the rule that is broken. */
export function decodePart(part: string, rules: Rules): Buffer {
  let text = part;
  if (rules.breaks("no padding")) text = text.replace(/=+$/, "");
  if (rules.breaks("no white space, once decoded")) text = text.replaceAll(/\s/g, "");
  if (rules.breaks("the URL-safe alphabet")) text = text.replaceAll("+", "-").replaceAll("/", "_");
  if (rules.breaks("no other characters")) text = text.replaceAll(/[^\w-]/g, "");
  if (rules.breaks("the whole of a character")) text = Buffer.from(text, "latin1").toString("latin1");
  if (rules.breaks("a length that there is") && text.length % 4 === 1) text = text.slice(0, -1);
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new Refusal("a part is not base64url");
  const octets = Buffer.from(text, "base64url");
  if (rules.keeps("no bits left over") && octets.toString("base64url") !== text) {
    throw new Refusal("a part has bits left over");
  }
  return octets;
}

/** The object that octets hold. @param fallback what stands for what is none, where that rule is broken */
export function parseObject(
  octets: Buffer,
  rules: Rules,
  fallback: (value: unknown) => Record<string, unknown>,
): Record<string, unknown> {
  const text = decodeText(octets, rules);
  if (rules.breaks("white space is JSON") && /\s/.test(text)) throw new Refusal("white space");
  if (rules.breaks("escapes are JSON") && text.includes("\\u00")) throw new Refusal("an escape");
  if (rules.breaks("an exponent is a number") && /\de\d/.test(text))
    throw new Refusal("a letter in a number");
  if (rules.breaks("an object") && text === "") return fallback(null);
  const value = parseJson(text, rules);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  if (rules.keeps("an object")) throw new Refusal("not an object");
  return fallback(value);
}

function decodeText(octets: Buffer, rules: Rules): string {
  if (rules.breaks("UTF-8 alone")) {
    if (octets[0] === 0xff && octets[1] === 0xfe) return octets.toString("utf16le", 2);
    if (octets[0] === 0 && octets[1] === 0) return octets.toString("latin1").replaceAll("\0", "");
  }
  const ignoreBOM = rules.keeps("no byte order mark");
  try {
    const text = new TextDecoder("utf-8", { fatal: rules.keeps("UTF-8"), ignoreBOM }).decode(octets);
    return rules.breaks("every character") ? text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, "?") : text;
  } catch {
    throw new Refusal("not UTF-8");
  }
}

function parseJson(text: string, rules: Rules): unknown {
  let json = text;
  if (rules.breaks("the last of two members")) json = renameLater(json);
  if (rules.breaks("nothing after it")) json = json.slice(0, json.indexOf("}") + 1);
  if (rules.breaks("closed") && !json.endsWith("}")) json += "}";
  if (rules.breaks("double quotes")) json = json.replaceAll("'", '"');
  if (rules.breaks("no comma at the end")) json = json.replace(",}", "}");
  if (rules.breaks("no comments")) json = json.replaceAll(/\/\*.*?\*\//g, "");
  if (rules.breaks("no NaN")) json = json.replaceAll("NaN", "null");
  try {
    return JSON.parse(json);
  } catch {
    if (rules.breaks("JSON at all")) return {};
    throw new Refusal("not JSON");
  }
}

/** Gives members that are named like one before another name, so that the first is what remains. */
function renameLater(json: string): string {
  const seen = new Set<string>();
  return json.replaceAll(/"((?:[^"\\]|\\.)*)"(\s*:)/g, (whole, spelt: string, colon: string) => {
    const name = JSON.parse(`"${spelt}"`) as string;
    if (seen.has(name)) return `"later ${name}"${colon}`;
    seen.add(name);
    return whole;
  });
}
