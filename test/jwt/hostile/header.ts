import { claims, flawlessBy, forge, secret, typ } from "../forge.ts";
import type { TokenTheme } from "./theme.ts";

const header = { alg: "HS256", typ };
const text = JSON.stringify(header);
const flawless = flawlessBy(secret);

/** The header with something written into it, behind the opening brace. */
const headerWith = (members: string) => forge(`{${members},${text.slice(1)}`, claims);
const octets = (latin1: string) => forge(Buffer.from(latin1, "latin1"), claims);
/** The header with these octets for the value of a member. */
const withOctets = (hex: string) =>
  forge(
    Buffer.concat([Buffer.from('{"x":"'), Buffer.from(hex, "hex"), Buffer.from(`",${text.slice(1)}`)]),
    claims,
  );

const json: TokenTheme = {
  rule: "RFC 7515 §4 the header is a JSON object",
  key: secret,
  flawless,
  cases: [
    ["an array", forge([header], claims), "jws/malformed"],
    ["an array of names and values", forge(Object.entries(header), claims), "jws/malformed"],
    ["a text", forge('"HS256"', claims), "jws/malformed"],
    ["a number", forge("256", claims), "jws/malformed"],
    ["true", forge("true", claims), "jws/malformed"],
    ["null", forge("null", claims), "jws/malformed"],
    ["white space alone", forge("  ", claims), "jws/malformed", forge(`  ${text}\n`, claims)],
    ["no JSON", forge("alg=HS256", claims), "jws/malformed"],
    ["JSON with something after it", forge(`${text}x`, claims), "jws/malformed"],
    ["two objects", forge(text + text, claims), "jws/malformed"],
    ["a comma too many", forge(`${text.slice(0, -1)},}`, claims), "jws/malformed"],
    ["a comment", forge(`${text}/**/`, claims), "jws/malformed"],
    ["single quotation marks", forge(text.replaceAll('"', "'"), claims), "jws/malformed"],
    ["names without quotation marks", forge(text.replace('"alg"', "alg"), claims), "jws/malformed"],
    ["a brace too few", forge(text.slice(0, -1), claims), "jws/malformed"],
    ["a line feed within a text", headerWith('"x":"\n"'), "jws/malformed", headerWith('"x":"\\n"')],
    ["NaN", headerWith('"x":NaN'), "jws/malformed", headerWith('"x":0')],
    ["a number with a leading zero", headerWith('"x":01'), "jws/malformed", headerWith('"x":1')],
    ["an encoded object in quotation marks", forge(JSON.stringify(text), claims), "jws/malformed"],
    [
      "33 arrays within each other",
      headerWith(`"x":${"[".repeat(32)}${"]".repeat(32)}`),
      "jws/malformed",
      headerWith(`"x":${"[".repeat(31)}${"]".repeat(31)}`),
    ],
    [
      "33 objects within each other",
      headerWith(`"x":${'{"x":'.repeat(31)}{}${"}".repeat(31)}`),
      "jws/malformed",
      headerWith(`"x":${'{"x":'.repeat(30)}{}${"}".repeat(30)}`),
    ],
    ["8,000 arrays within each other", headerWith(`"x":${"[".repeat(8_000)}`), "jws/malformed"],
  ],
};

const utf8: TokenTheme = {
  rule: "RFC 7515 §5.2 step 3 the header is UTF-8",
  key: secret,
  flawless,
  cases: [
    ["a byte order mark", forge(`\ufeff${text}`, claims), "jws/malformed"],
    ["UTF-16", forge(Buffer.from(text, "utf16le"), claims), "jws/malformed"],
    ["UTF-16, the high octet first", forge(Buffer.from(text, "utf16le").swap16(), claims), "jws/malformed"],
    ["Latin-1", octets(`{"x":"\xe9",${text.slice(1)}`), "jws/malformed", headerWith('"x":"\xe9"')],
    ["an octet of 0xff", withOctets("ff"), "jws/malformed", withOctets("c3bf")],
    ["a slash in two octets", withOctets("c0af"), "jws/malformed", withOctets("2f")],
    ["a slash in three octets", withOctets("e080af"), "jws/malformed", withOctets("2f")],
    ["a NUL in two octets", withOctets("c080"), "jws/malformed", withOctets("c280")],
    ["half of a surrogate pair", withOctets("eda080"), "jws/malformed", withOctets("ed9fbf")],
    ["a surrogate pair", withOctets("eda0bdedb880"), "jws/malformed", withOctets("f09f9880")],
    ["a character beyond Unicode", withOctets("f4908080"), "jws/malformed", withOctets("f48fbfbf")],
    ["a character cut short", withOctets("e282"), "jws/malformed", withOctets("e282ac")],
    [
      "an octet that is wrong beside a replacement character that is right",
      withOctets("efbfbdff"),
      "jws/malformed",
      withOctets("efbfbd"),
    ],
    ["a NUL at the end", forge(`${text}\0`, claims), "jws/malformed", forge(`${text} `, claims)],
  ],
};

const unique: TokenTheme = {
  rule: "RFC 7515 §4 no name twice in the header",
  key: secret,
  flawless,
  cases: [
    ["alg", headerWith('"alg":"none"'), "jws/malformed", headerWith('"ALG":"none"')],
    ["alg, both times the same", headerWith('"alg":"HS256"'), "jws/malformed"],
    ["alg, once escaped", headerWith('"\\u0061lg":"none"'), "jws/malformed", headerWith('"\\u0062lg":"x"')],
    ["typ", headerWith(`"typ":"JWT"`), "jws/malformed", headerWith('"type":"JWT"')],
    ["kid", headerWith('"kid":"a","kid":"b"'), "jws/malformed", headerWith('"kid":"a","Kid":"b"')],
    ["crit", headerWith('"crit":[],"crit":["x"]'), "jws/malformed"],
    ["an unknown name", headerWith('"x":1,"x":2'), "jws/malformed", headerWith('"x":1,"y":2')],
    ["an empty name", headerWith('"":1,"":2'), "jws/malformed", headerWith('"":1,"x":2')],
    ["__proto__", headerWith('"__proto__":1,"__proto__":2'), "jws/malformed", headerWith('"__proto__":1')],
    [
      "a name of two units, once escaped",
      headerWith('"😀":1,"\\ud83d\\ude00":2'),
      "jws/malformed",
      headerWith('"😀":1,"\\ud83d\\ude01":2'),
    ],
    [
      "a name that holds a quotation mark",
      headerWith('"\\"":1,"\\u0022":2'),
      "jws/malformed",
      headerWith('"\\"":1,"\\u0023":2'),
    ],
    [
      "a name within a member",
      headerWith('"x":{"a":1,"a":1}'),
      "jws/malformed",
      headerWith('"x":{"a":1,"b":1}'),
    ],
    [
      "a name within an array",
      headerWith('"x":[[{"a":1,"a":1}]]'),
      "jws/malformed",
      headerWith('"x":[[{"a":1},{"a":1}]]'),
    ],
  ],
};

const types: TokenTheme = {
  rule: "RFC 7515 §4.1.4, RFC 7515 §4.1.9 and RFC 7515 §4.1.10 kid, typ and cty are text",
  key: secret,
  flawless,
  cases: [
    ["a kid that is a number", headerWith('"kid":1'), "jws/malformed", headerWith('"kid":"1"')],
    ["a kid that is null", headerWith('"kid":null'), "jws/malformed", headerWith('"kid":"null"')],
    ["a kid that is a list", headerWith('"kid":["a"]'), "jws/malformed", headerWith('"kid":"a"')],
    ["a kid that is an object", headerWith('"kid":{"$ne":1}'), "jws/malformed", headerWith('"kid":"$ne"')],
    ["a kid that is false", headerWith('"kid":false'), "jws/malformed", headerWith('"kid":""')],
    ["a cty that is null", headerWith('"cty":null'), "jws/malformed", headerWith('"cty":"x"')],
    ["a cty that is a list", headerWith('"cty":["JWT"]'), "jws/malformed", headerWith('"cty":"JWT"')],
    ["a typ that is a list", forge({ alg: "HS256", typ: [typ] }, claims), "jws/malformed"],
    ["a typ that is null", forge({ alg: "HS256", typ: null }, claims), "jws/malformed"],
    ["a typ that is an object", forge({ alg: "HS256", typ: { typ } }, claims), "jws/malformed"],
    ["a typ that is true", forge({ alg: "HS256", typ: true }, claims), "jws/malformed"],
  ],
};

export const themes: readonly TokenTheme[] = [json, utf8, unique, types];
