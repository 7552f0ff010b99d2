import { claims, flawlessBy, forge, now, secret, typ } from "../forge.ts";
import type { TokenTheme } from "./theme.ts";

const header = { alg: "HS256", typ };
const text = JSON.stringify(claims);
const flawless = flawlessBy(secret);

/** The claims with something written into them, behind the opening brace. */
const claimsWith = (members: string) => forge(header, `{${members},${text.slice(1)}`);
/** The claims with one of them written otherwise. */
const raw = (name: string, value: string) =>
  forge(header, text.replace(new RegExp(`"${name}":("[^"]*"|[^,}]*)`), `"${name}":${value}`));
const withOctets = (hex: string) =>
  forge(
    header,
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from(hex, "hex"), Buffer.from(`",${text.slice(1)}`)]),
  );

const json: TokenTheme = {
  rule: "RFC 7519 §4 and RFC 7519 §7.2 the claims are a JSON object",
  key: secret,
  flawless,
  cases: [
    ["an array", forge(header, [claims]), "claims/malformed"],
    ["a text", forge(header, '"alice"'), "claims/malformed"],
    ["null", forge(header, "null"), "claims/malformed"],
    ["a number", forge(header, "1"), "claims/malformed"],
    ["false", forge(header, "false"), "claims/malformed"],
    ["no JSON", forge(header, "sub=alice"), "claims/malformed"],
    ["a token", forge(header, flawless), "claims/malformed"],
    ["an object in quotation marks", forge(header, JSON.stringify(text)), "claims/malformed"],
    [
      "an object and something after it",
      forge(header, `${text}{}`),
      "claims/malformed",
      forge(header, `${text} `),
    ],
    ["a comma too many", forge(header, `${text.slice(0, -1)},}`), "claims/malformed"],
    ["a brace too few", forge(header, text.slice(0, -1)), "claims/malformed"],
    ["a comment", forge(header, `//\n${text}`), "claims/malformed", forge(header, `\n${text}`)],
    [
      "white space that JSON has not",
      forge(header, `\u00a0${text}`),
      "claims/malformed",
      forge(header, `\t${text}`),
    ],
    [
      "33 objects within each other",
      claimsWith(`"a":${'{"a":'.repeat(31)}{}${"}".repeat(31)}`),
      "claims/malformed",
      claimsWith(`"a":${'{"a":'.repeat(30)}{}${"}".repeat(30)}`),
    ],
    [
      "50,000 arrays within each other",
      claimsWith(`"a":${"[".repeat(50_000)}${"]".repeat(50_000)}`),
      "claims/malformed",
      claimsWith(`"a":[${"[],".repeat(50_000)}0]`),
    ],
    ["100,000 arrays without an end", forge(header, `{"a":${"[".repeat(100_000)}`), "claims/malformed"],
  ],
};

const utf8: TokenTheme = {
  rule: "RFC 7519 §7.2 step 10 and RFC 8725 §3.7 the claims are UTF-8",
  key: secret,
  flawless,
  cases: [
    ["a byte order mark", forge(header, `\ufeff${text}`), "claims/malformed"],
    ["UTF-16", forge(header, Buffer.from(text, "utf16le")), "claims/malformed"],
    [
      "UTF-16, the high octet first",
      forge(header, Buffer.from(text, "utf16le").swap16()),
      "claims/malformed",
    ],
    ["Latin-1", withOctets("e9"), "claims/malformed", withOctets("c3a9")],
    ["a slash in two octets", withOctets("c0af"), "claims/malformed", withOctets("2f")],
    ["a quotation mark in two octets", withOctets("c0a2"), "claims/malformed", withOctets("5c22")],
    ["half of a surrogate pair", withOctets("edb080"), "claims/malformed", withOctets("ee8080")],
    ["a character beyond Unicode", withOctets("f8888080"), "claims/malformed", withOctets("f0908080")],
    ["a character cut short", withOctets("f09f98"), "claims/malformed", withOctets("f09f9880")],
    ["an octet that continues nothing", withOctets("80"), "claims/malformed", withOctets("c280")],
  ],
};

const unique: TokenTheme = {
  rule: "RFC 7519 §4 no claim twice",
  key: secret,
  flawless,
  cases: [
    ["exp", claimsWith('"exp":9999999999'), "claims/malformed", claimsWith('"Exp":9999999999')],
    ["sub", claimsWith('"sub":"root"'), "claims/malformed", claimsWith('"sub ":"root"')],
    [
      "sub, once escaped",
      claimsWith('"s\\u0075b":"root"'),
      "claims/malformed",
      claimsWith('"s\\u0076b":"root"'),
    ],
    ["aud with one value", claimsWith(`"aud":"${claims.aud}"`), "claims/malformed"],
    ["iss, the other one null", claimsWith('"iss":null'), "claims/malformed", claimsWith('"isss":null')],
    [
      "a claim of our own",
      claimsWith('"admin":true,"admin":false'),
      "claims/malformed",
      claimsWith('"admin":false'),
    ],
    ["__proto__", claimsWith('"__proto__":1,"__proto__":2'), "claims/malformed", claimsWith('"__proto__":1')],
    ["an index", claimsWith('"a":{"0":1,"0":2}'), "claims/malformed", claimsWith('"a":{"0":1,"00":2}')],
    [
      "a name deep within",
      claimsWith('"a":[{"b":{"c":1,"c":2}}]'),
      "claims/malformed",
      claimsWith('"a":[{"b":{"c":1}},{"b":{"c":2}}]'),
    ],
    [
      "a name beside colons in texts",
      claimsWith('"a":":::{\\"","a":1'),
      "claims/malformed",
      claimsWith('"a":":::{\\"","b":1'),
    ],
  ],
};

const dates: TokenTheme = {
  rule: "RFC 7519 §2 a NumericDate is a number",
  key: secret,
  flawless,
  cases: [
    ["exp as a text", raw("exp", `"${now + 600}"`), "claims/malformed", raw("exp", `${now + 600}`)],
    ["exp as a date", raw("exp", '"2100-01-01T00:00:00Z"'), "claims/malformed", raw("exp", "4102444800")],
    ["exp as an empty text", raw("exp", '""'), "claims/malformed"],
    ["exp as null", raw("exp", "null"), "claims/malformed"],
    ["exp as true", raw("exp", "true"), "claims/malformed"],
    ["exp as a list", raw("exp", `[${now + 600}]`), "claims/malformed"],
    ["exp as an object", raw("exp", '{"valueOf":1}'), "claims/malformed"],
    ["exp as infinity", raw("exp", "1e999"), "claims/malformed", raw("exp", "1e99")],
    ["exp as minus infinity", raw("exp", "-1e999"), "claims/malformed", raw("exp", `${now + 1}`)],
    ["exp as Infinity", raw("exp", "Infinity"), "claims/malformed"],
    ["exp in hexadecimal", raw("exp", "0xffffffffff"), "claims/malformed", raw("exp", "9999999999")],
    ["exp before 1970", raw("exp", "-1"), "claims/expired"],
    ["exp at 1970", raw("exp", "0"), "claims/expired"],
    ["exp at minus zero", raw("exp", "-0"), "claims/expired"],
    [
      "exp with a fraction that is over",
      raw("exp", `${now - 0.5}`),
      "claims/expired",
      raw("exp", `${now + 0.5}`),
    ],
    ["exp with an exponent that is over", raw("exp", "1.6e9"), "claims/expired", raw("exp", "1.8e9")],
    ["nbf as a text", raw("iat", `${now},"nbf":"0"`), "claims/malformed", raw("iat", `${now},"nbf":0`)],
    ["nbf as null", raw("iat", `${now},"nbf":null`), "claims/malformed", raw("iat", `${now},"nbf":-1`)],
    ["nbf as infinity", raw("iat", '0,"nbf":-1e999'), "claims/malformed", raw("iat", '0,"nbf":-1e99')],
    ["nbf as a list", raw("iat", '0,"nbf":[0]'), "claims/malformed", raw("iat", '0,"nbf":0.5')],
    ["iat as a text", raw("iat", '"now"'), "claims/malformed", raw("iat", String(now))],
    ["iat as null", raw("iat", "null"), "claims/malformed", raw("iat", "-1")],
    ["iat as infinity", raw("iat", "1e999"), "claims/malformed", raw("iat", "1.5")],
    ["iat as false", raw("iat", "false"), "claims/malformed", raw("iat", "0")],
  ],
};

const types: TokenTheme = {
  rule: "RFC 7519 §4.1 the registered claims are of their types",
  key: secret,
  flawless,
  cases: [
    ["iss as a list", raw("iss", `["${claims.iss}"]`), "claims/malformed"],
    ["iss as null", raw("iss", "null"), "claims/malformed"],
    ["iss as a number", raw("iss", "1"), "claims/malformed"],
    ["iss as an object", raw("iss", `{"${claims.iss}":1}`), "claims/malformed"],
    ["sub as a number", raw("sub", "0"), "claims/malformed", raw("sub", '"0"')],
    ["sub as null", raw("sub", "null"), "claims/malformed", raw("sub", '""')],
    ["sub as a list", raw("sub", '["alice"]'), "claims/malformed", raw("sub", '"alice"')],
    ["jti as a number", claimsWith('"jti":1'), "claims/malformed", claimsWith('"jti":"1"')],
    ["jti as null", claimsWith('"jti":null'), "claims/malformed", claimsWith('"jti":"null"')],
    ["aud as null", raw("aud", "null"), "claims/malformed"],
    ["aud as true", raw("aud", "true"), "claims/malformed"],
    ["aud as a number", raw("aud", "1"), "claims/malformed"],
    ["aud as an object", raw("aud", `{"0":"${claims.aud}","length":1}`), "claims/malformed"],
    [
      "aud as a list with a number",
      raw("aud", `["${claims.aud}",1]`),
      "claims/malformed",
      raw("aud", `["${claims.aud}","1"]`),
    ],
    [
      "aud as a list with null",
      raw("aud", `["${claims.aud}",null]`),
      "claims/malformed",
      raw("aud", `["x","${claims.aud}"]`),
    ],
    [
      "aud as a list in a list",
      raw("aud", `[["${claims.aud}"]]`),
      "claims/malformed",
      raw("aud", `["${claims.aud}"]`),
    ],
  ],
};

export const themes: readonly TokenTheme[] = [json, utf8, unique, dates, types];
