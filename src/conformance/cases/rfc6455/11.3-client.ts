/** RFC 6455 §3, §10.3, §11.1 and §11.3: what else binds the request of a client, its masking, and fields read twice. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { finish } from "../../peer/closing.ts";
import { Deviation } from "../../verdict.ts";
import type { Head } from "../../wire/head.ts";
import { acceptFor } from "../../wire/opening.ts";
import { maskingKeysOf } from "../masking-keys.ts";
import { abandons, type Departure, needed, withSubprotocols } from "../responses.ts";
import { must, should } from "../rule.ts";
import { type CaseInSection, forClients } from "../section.ts";
import { asks } from "./4.1-request.ts";

const FRAGMENT = must(
  "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs.",
);
const MASKING_KEY = must(
  "Clients MUST choose a new masking key for each frame, using an algorithm that cannot be predicted by end applications that provide data.",
);
const ENCODED = must(
  "Characters in other components that are excluded by the syntax defined above MUST be converted from Unicode to ASCII by first encoding the characters as UTF-8 and then replacing the corresponding bytes using their percent-encoded form as defined in the URI [RFC3986] and Internationalized Resource Identifier (IRI) [RFC3987] specifications.",
);
const KEY_ONCE = must(
  "The |Sec-WebSocket-Key| header field MUST NOT appear more than once in an HTTP request.",
);
const VERSION_ONCE = must(
  "However, the |Sec-WebSocket-Version| header field MUST NOT appear more than once in an HTTP request.",
);
const ACCEPT_ONCE = "The |Sec-WebSocket-Accept| header MUST NOT appear more than once in an HTTP response.";
const PROTOCOL_ONCE =
  "However, the |Sec-WebSocket-Protocol| header field MUST NOT appear more than once in an HTTP response.";

/** RFC 3986 §3.3, §3.4: what a path and a query consist of. */
const PATH_AND_QUERY = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;

function atMostOnce(name: string): (request: Head) => void {
  return (request) => {
    const values = request.all(name);
    if (values.length !== 1) throw new Deviation(`|${name}| once`, JSON.stringify(values));
  };
}

function targetOf({ startLine }: Head): string {
  return startLine.split(" ")[1] ?? "";
}

/** The plain response with two Accepts: the right one and that of another key, in the order that is wished. */
function twoAccepts(rightFirst: boolean): Departure {
  return (plain) =>
    plain.replace(/Sec-WebSocket-Accept: (\S+)/, (right) => {
      const wrong = `Sec-WebSocket-Accept: ${acceptFor("dGhlIHNhbXBsZSBub25jZQ==")}`;
      return rightFirst ? `${right}\r\n${wrong}` : `${wrong}\r\n${right}`;
    });
}

/** Echoes of so many messages, to see as many masking keys. */
const FRAMES = 32;

const freshMaskingKeys: CaseInSection<ClientTrial> = {
  number: 1,
  title: "32 frames, each with a masking key of its own",
  ...MASKING_KEY,
  run: async (trial) => {
    const peer = await trial.open();
    const keys = await maskingKeysOf(peer, FRAMES);
    await finish(peer);
    const different = new Set(keys).size;
    // Of 32 keys drawn from 2³², two are the same once in eight million runs; more than two hardly ever.
    if (different < keys.length - 1)
      throw new Deviation(`${keys.length} masking keys`, `${different} of them different`);
    const steps = new Set(keys.slice(1).map((key, i) => (key - keys[i]!) >>> 0));
    if (steps.size === 1)
      throw new Deviation("masking keys that cannot be predicted", "each is the next number");
  },
};

const freshMaskingKeyOfConnection: CaseInSection<ClientTrial> = {
  number: 2,
  title: "another masking key for the first frame of another connection",
  ...MASKING_KEY,
  connections: 2,
  run: async (trial) => {
    const keys: number[] = [];
    for (let i = 0; i < 2; i++) {
      const peer = await trial.open();
      keys.push(...(await maskingKeysOf(peer, 2)).slice(0, 2));
      await finish(peer);
    }
    if (keys[0] === keys[2] && keys[1] === keys[3]) {
      throw new Deviation("masking keys that cannot be predicted", "the same ones in the same order");
    }
  },
};

const profile = { profile: "handshake" } as const;

export const fieldsOfClients: readonly Case<ClientTrial>[] = [
  ...forClients("rfc6455/3", profile, [
    asks(10, "no fragment in the request", FRAGMENT, ({ startLine }) => {
      if (startLine.includes("#")) throw new Deviation("a target without a fragment", startLine);
    }),
  ]),
  ...forClients("rfc6455/10.3", profile, [freshMaskingKeys, freshMaskingKeyOfConnection]),
  ...forClients("rfc6455/11.1.1", profile, [
    asks(1, "nothing in the target but what a URI may hold", ENCODED, (head) => {
      const target = targetOf(head).replace(/^https?:\/\/[^/?]*/, "");
      if (!PATH_AND_QUERY.test(target)) throw new Deviation("a path and a query of RFC 3986", target);
    }),
  ]),
  ...forClients("rfc6455/11.3.1", profile, [asks(10, "one key", KEY_ONCE, atMostOnce("Sec-WebSocket-Key"))]),
  ...forClients("rfc6455/11.3.3", profile, [
    abandons(10, "two Accepts, the first of them right", must(ACCEPT_ONCE), twoAccepts(true)),
    abandons(11, "two Accepts, the last of them right", must(ACCEPT_ONCE), twoAccepts(false)),
    abandons(12, "the right Accept twice", should(ACCEPT_ONCE), (plain) =>
      plain.replace(/(Sec-WebSocket-Accept: .*\r\n)/, "$1$1"),
    ),
  ]),
  ...forClients("rfc6455/11.3.4", profile, [
    abandons(
      10,
      "two of the subprotocols that were asked for, on two lines",
      must(PROTOCOL_ONCE),
      withSubprotocols((asked) => needed(asked, 2).slice(0, 2)),
    ),
  ]),
  ...forClients("rfc6455/11.3.5", profile, [
    asks(10, "one version", VERSION_ONCE, atMostOnce("Sec-WebSocket-Version")),
  ]),
];
