/** RFC 6455 §11.3: fields of the handshake that are there once, or more than once, as servers read and write them. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import type { Head } from "../../wire/head.ts";
import { accepts, acceptsWith, type Departure, refuses } from "../requests.ts";
import { may, must, should } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

/**
 * This sentence and the one on versions bind who sends. That a server looks for it is not said, but for "Incoming data
 * MUST always be validated" and a SHOULD: "If the invalid data is sent during the WebSocket handshake, the server SHOULD
 * return an appropriate HTTP … status code" (§10.7).
 */
const KEY = "The |Sec-WebSocket-Key| header field MUST NOT appear more than once in an HTTP request.";
const VERSION =
  "However, the |Sec-WebSocket-Version| header field MUST NOT appear more than once in an HTTP request.";
const ACCEPT = "The |Sec-WebSocket-Accept| header MUST NOT appear more than once in an HTTP response.";
/**
 * §4.2.2 item 5.6 allows what this sentence forbids, and erratum 3433, which is verified, turns it round: the field "MAY
 * appear multiple times in an HTTP response". So it is told, for some clients still go by the sentence, and no more.
 */
const EXTENSIONS =
  "However, the |Sec-WebSocket-Extensions| header field MUST NOT appear more than once in an HTTP response.";
const PROTOCOLS =
  "The |Sec-WebSocket-Protocol| header field MAY appear multiple times in an HTTP request (which is logically the same as a single |Sec-WebSocket-Protocol| header field that contains all values).";
const PROTOCOL =
  "However, the |Sec-WebSocket-Protocol| header field MUST NOT appear more than once in an HTTP response.";

/** A server may insist on a subprotocol of its own: "If the server chooses to accept the incoming connection". */
const UNWANTED = "RFC 6455 §4.2.2";

/** The plain request with a field of this name once more, with the same value. */
function twice(name: string): Departure {
  return (plain) => {
    const line = plain.split("\r\n").find((field) => field.startsWith(`${name}:`))!;
    return plain.replace(/\r\n\r\n$/, () => `\r\n${line}\r\n\r\n`);
  };
}

function atMostOnce(name: string): (response: Head) => void {
  return (response) => {
    const values = response.all(name);
    if (values.length > 1) throw new Deviation(`|${name}| once, or not at all`, JSON.stringify(values));
  };
}

const twoLines: CaseInSection<ServerTrial> = acceptsWith(
  2,
  "the subprotocols of two lines are one list, of which one may be chosen",
  {
    ...must(PROTOCOL),
    mayRefuse: UNWANTED,
    check: (response) => {
      const chosen = response.all("Sec-WebSocket-Protocol");
      if (chosen.length === 0 || (chosen.length === 1 && ["x-first", "x-second"].includes(chosen[0]!)))
        return;
      throw new Deviation("one of x-first and x-second, or none", JSON.stringify(chosen));
    },
  },
  { fields: { "Sec-WebSocket-Protocol": "x-first" }, more: [["Sec-WebSocket-Protocol", "x-second"]] },
);

const profile = { profile: "handshake" } as const;

export const repeatedFields: readonly Case<ServerTrial>[] = [
  ...forServers("rfc6455/11.3.1", profile, [
    refuses(1, "two keys", should(KEY), { more: [["Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="]] }),
    refuses(2, "one key twice", should(KEY), twice("Sec-WebSocket-Key")),
  ]),
  ...forServers("rfc6455/11.3.2", profile, [
    acceptsWith(
      1,
      "the extensions in use stand on one line",
      { ...may(EXTENSIONS), check: atMostOnce("Sec-WebSocket-Extensions") },
      {
        fields: { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" },
        more: [["Sec-WebSocket-Extensions", "permessage-deflate"]],
      },
    ),
  ]),
  ...forServers("rfc6455/11.3.3", profile, [
    acceptsWith(1, "one Accept", { ...must(ACCEPT), check: atMostOnce("Sec-WebSocket-Accept") }),
  ]),
  ...forServers("rfc6455/11.3.4", profile, [
    accepts(
      1,
      "subprotocols on two lines",
      { ...must(PROTOCOLS), mayRefuse: UNWANTED },
      {
        fields: { "Sec-WebSocket-Protocol": "x-first" },
        more: [["Sec-WebSocket-Protocol", "x-second, x-third"]],
      },
    ),
    twoLines,
  ]),
  ...forServers("rfc6455/11.3.5", profile, [
    refuses(1, "two versions, the first of them 13", should(VERSION), {
      more: [["Sec-WebSocket-Version", "8"]],
    }),
    refuses(2, "two versions, the last of them 13", should(VERSION), {
      fields: { "Sec-WebSocket-Version": "8" },
      more: [["Sec-WebSocket-Version", "13"]],
    }),
    refuses(3, "one version twice", should(VERSION), twice("Sec-WebSocket-Version")),
  ]),
];
