/** RFC 6455 §4.2.1 item 5: the key. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { accepts, answers, refuses } from "../requests.ts";
import { may, must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const SENTENCE =
  "A |Sec-WebSocket-Key| header field with a base64-encoded (see Section 4 of [RFC4648]) value that, when decoded, is 16 bytes in length.";

/**
 * §4.2.2 says of the key: "It is not necessary for the server to base64-decode the |Sec-WebSocket-Key| value", so that one
 * which does not look into it does not "find that the client did not send a handshake that matches". That invalid data is
 * answered with an error is a SHOULD of §10.7. Only that there is a key can be asked of everybody.
 */
const key = should(SENTENCE);

/** A request with this in place of its key. */
function withKey(value: string): { fields: Record<string, string> } {
  return { fields: { "Sec-WebSocket-Key": value } };
}

function encoded(length: number): string {
  return Buffer.alloc(length, "sixteen octets?!").toString("base64");
}

const KEY = encoded(16);

export const keys: readonly Case<ServerTrial>[] = forServers("rfc6455/4.2.1", { profile: "handshake" }, [
  refuses(70, "no key", must(SENTENCE), { fields: { "Sec-WebSocket-Key": undefined } }),
  refuses(71, "an empty key", key, withKey("")),
  refuses(72, "a key of one octet", key, withKey(encoded(1))),
  refuses(73, "a key of 15 octets", key, withKey(encoded(15))),
  refuses(74, "a key of 17 octets, in 24 characters", key, withKey(encoded(17))),
  refuses(75, "a key of 18 octets, in 24 characters", key, withKey(encoded(18))),
  refuses(76, "a key of 32 octets", key, withKey(encoded(32))),
  refuses(77, "24 characters that are not base64", key, withKey("!!!!!!!!!!!!!!!!!!!!!!==")),
  refuses(78, "the alphabet for URLs", key, withKey("-_-_-_-_-_-_-_-_-_-_-w==")),
  refuses(79, "a key without its padding", key, withKey(KEY.slice(0, 22))),
  refuses(80, "a key with half of its padding", key, withKey(KEY.slice(0, 23))),
  refuses(81, "more behind the padding", key, withKey(`${KEY}AAAA`)),
  refuses(82, "a space within the key", key, withKey(`${KEY.slice(0, 12)} ${KEY.slice(12)}`)),
  refuses(83, "a key in quotation marks", key, withKey(`"${KEY}"`)),
  refuses(84, "16 octets that are not encoded", key, withKey("sixteen octets?!")),
  refuses(85, "octets beyond ASCII", key, withKey(`${KEY.slice(0, 20)}\u00e9\u00ff==`)),
  accepts(86, "spaces and tabs around the key", must(SENTENCE), (plain) =>
    plain.replace(/(Sec-WebSocket-Key:) (\S+)/, "$1\t \t$2 \t "),
  ),
  answers(87, "bits of the padding that are not zero", may(SENTENCE), withKey(`${"A".repeat(21)}B==`)),
]);
