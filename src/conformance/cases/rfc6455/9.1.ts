/** RFC 6455 §9 and §9.1: offers of extensions, and those that do not follow their grammar, as servers read them. */
import type { Case } from "../../case.ts";
import { expectRefused } from "../../peer/refusal.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import type { Head } from "../../wire/head.ts";
import { acceptsWith, type Departure, depart } from "../requests.ts";
import { must } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const REGISTERED = "Any extension-token used MUST be a registered token (see Section 11.4).";
const SPLIT =
  "Note that like other HTTP header fields, this header field MAY be split or combined across multiple lines.";
const GRAMMAR =
  'Note that this section is using ABNF syntax/rules from [RFC2616], including the "implied *LWS rule".';
const TOKEN =
  "When using the quoted-string syntax variant, the value ;after quoted-string unescaping MUST conform to the ;'token' ABNF.";
const MALFORMED =
  "If a value is received by either the client or the server during negotiation that does not conform to the ABNF below, the recipient of such malformed data MUST immediately _Fail the WebSocket Connection_.";

function offer(value: string): Departure {
  return { fields: { "Sec-WebSocket-Extensions": value } };
}

function none(response: Head): void {
  const field = response.value("Sec-WebSocket-Extensions");
  if (field !== undefined) throw new Deviation("no extension, for these are known to nobody", field);
}

/** An offer that is well-formed, of extensions that are not registered: the connection opens without them. */
function declined(
  number: number,
  title: string,
  sentence: string,
  departure: Departure,
): CaseInSection<ServerTrial> {
  return acceptsWith(number, title, { ...must(sentence), check: none }, departure);
}

/** RFC 9110 §5.6.6 knows no whitespace here any more, but §9.1 takes its rules from RFC 2616. */
const spacedEquals: CaseInSection<ServerTrial> = {
  ...declined(10, "spaces around the equals sign", GRAMMAR, offer("x-foo; a = b")),
  level: "SHOULD",
};

/** An offer that does not follow the grammar. A server that negotiates no extensions at all may have overlooked it. */
function fails(
  number: number,
  title: string,
  value: string,
  requirement = MALFORMED,
): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const handshake = await depart(trial, offer(value));
    if (handshake.response?.status !== 101) {
      await expectRefused(trial, handshake);
      return;
    }
    const other = await depart(trial, offer("permessage-deflate"));
    const level = other.response?.value("Sec-WebSocket-Extensions") === undefined ? "SHOULD" : "MUST";
    throw new Deviation("a refusal", JSON.stringify(handshake.response.startLine), { level });
  };
  return { number, title, ...must(requirement), run };
}

export const offers: readonly Case<ServerTrial>[] = forServers("rfc6455/9.1", { profile: "handshake" }, [
  declined(1, "an extension that nobody knows", REGISTERED, offer("x-unknown")),
  declined(
    2,
    "extensions named like properties of objects",
    REGISTERED,
    offer("constructor; toString, __proto__"),
  ),
  declined(
    3,
    "a hundred extensions",
    REGISTERED,
    offer(Array.from({ length: 100 }, (_, i) => `x-${i}`).join(", ")),
  ),
  declined(4, "parameters, some with a value", GRAMMAR, offer("x-foo; a; b=1; c-d=e")),
  declined(5, "a value in quotation marks", GRAMMAR, offer('x-foo; a="b"')),
  declined(6, "a value in quotation marks, with an escape", GRAMMAR, offer('x-foo; a="b\\c"')),
  declined(7, "spaces and tabs around semicolons and commas", GRAMMAR, offer("x-foo\t; a=b ;c\t,\tx-bar")),
  declined(8, "no spaces at all", GRAMMAR, offer("x-foo;a=b;c,x-bar")),
  declined(9, "two lines for one list", SPLIT, {
    fields: { "Sec-WebSocket-Extensions": "x-foo" },
    more: [["Sec-WebSocket-Extensions", "x-bar; baz=2"]],
  }),
  spacedEquals,

  fails(20, "a semicolon without a parameter", "x-foo;"),
  fails(21, "a parameter without a name", "x-foo; =1"),
  fails(22, "a parameter without the value that it announces", "x-foo; a="),
  fails(23, "an extension without a name", "; a=1"),
  fails(24, "two equals signs", "x-foo; a=b=c"),
  fails(25, "two names without a comma", "x-foo x-bar"),
  fails(26, "a name with a separator", "x/foo"),
  fails(27, "a name in quotation marks", '"x-foo"'),
  fails(28, "a quotation that does not end", 'x-foo; a="b'),
  fails(29, "a quotation that ends in an escape", 'x-foo; a="b\\"'),
  fails(30, "more behind a quotation", 'x-foo; a="b"c'),
  fails(31, "octets beyond ASCII", "x-f\u00f6\u00f6"),
  fails(32, "an empty list", ""),
  fails(33, "two thousand escapes in a quotation that does not end", `x-foo; a="${"\\c".repeat(2_000)}`),
  fails(34, "a quoted value that is no token", 'x-foo; a="b c"', TOKEN),
  fails(35, "an empty quoted value", 'x-foo; a=""', TOKEN),
  fails(
    36,
    "an offer within a quoted value",
    'x-foo; a=",permessage-deflate; client_max_window_bits,"',
    TOKEN,
  ),
]);
