/** RFC 6455 §4.2.1 items 2 to 4: Host, Upgrade and Connection. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { accepts, answers, refuses } from "../requests.ts";
import { may, must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const HOST = "A |Host| header field containing the server's authority.";
const UPGRADE =
  'An |Upgrade| header field containing the value "websocket", treated as an ASCII case-insensitive value.';
const CONNECTION =
  'A |Connection| header field that includes the token "Upgrade", treated as an ASCII case-insensitive value.';

const upgrade = must(UPGRADE);
/** RFC 9110 §7.8: "A server MAY ignore a received Upgrade header field", so that no list has to be taken up. */
const upgradeList = should(UPGRADE);
const connection = must(CONNECTION);
/** Without these fields the request is one of plain HTTP, for which a server may have an answer. */
const noUpgrade = { ...upgrade, plainHttp: true };
const noOption = { ...connection, plainHttp: true };

export const upgradeFields: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/4.2.1",
  { profile: "handshake" },
  [
    refuses(20, "no Host", must(HOST), { fields: { Host: undefined } }),
    refuses(21, "an empty Host", should(HOST), { fields: { Host: "" } }),

    refuses(30, "no Upgrade", noUpgrade, { fields: { Upgrade: undefined } }),
    refuses(31, "an empty Upgrade", noUpgrade, { fields: { Upgrade: "" } }),
    refuses(32, "Upgrade: h2c", noUpgrade, { fields: { Upgrade: "h2c" } }),
    refuses(33, "Upgrade: websockets", noUpgrade, { fields: { Upgrade: "websockets" } }),
    refuses(34, "Upgrade: web-socket, socket", noUpgrade, { fields: { Upgrade: "web-socket, socket" } }),
    refuses(35, 'Upgrade: "websocket", in quotation marks', noUpgrade, {
      fields: { Upgrade: '"websocket"' },
    }),
    accepts(36, "Upgrade: WebSocket", upgrade, { fields: { Upgrade: "WebSocket" } }),
    accepts(37, "Upgrade: WEBSOCKET", upgrade, { fields: { Upgrade: "WEBSOCKET" } }),
    accepts(38, "websocket behind another protocol", upgradeList, { fields: { Upgrade: "foo, websocket" } }),
    accepts(39, "websocket before another protocol", upgradeList, { fields: { Upgrade: "websocket,foo/2" } }),
    accepts(40, "h2c offered alongside", upgradeList, {
      fields: {
        Connection: "Upgrade, HTTP2-Settings",
        Upgrade: "h2c, websocket",
        "HTTP2-Settings": "AAMAAABkAAQAoAAAAAIAAAAA",
      },
    }),
    accepts(41, "websocket in the second of two Upgrade fields", upgradeList, {
      fields: { Upgrade: "foo" },
      more: [["Upgrade", "websocket"]],
    }),
    answers(42, "Upgrade: websocket/13", may(UPGRADE), { fields: { Upgrade: "websocket/13" } }),

    refuses(50, "no Connection", noOption, { fields: { Connection: undefined } }),
    refuses(51, "an empty Connection", noOption, { fields: { Connection: "" } }),
    refuses(52, "Connection: keep-alive", noOption, { fields: { Connection: "keep-alive" } }),
    refuses(53, "Connection: close", noOption, { fields: { Connection: "close" } }),
    refuses(54, "tokens of which Upgrade is a part", noOption, {
      fields: { Connection: "no-upgrade, upgraded, upgrade-insecure-requests" },
    }),
    accepts(55, "Connection: upgrade", connection, { fields: { Connection: "upgrade" } }),
    accepts(56, "Connection: UPGRADE", connection, { fields: { Connection: "UPGRADE" } }),
    accepts(57, "Connection: keep-alive, Upgrade", connection, {
      fields: { Connection: "keep-alive, Upgrade" },
    }),
    accepts(58, "Connection: Upgrade,Keep-Alive, without a space", connection, {
      fields: { Connection: "Upgrade,Keep-Alive" },
    }),
    accepts(59, "Upgrade between tabs and other tokens", connection, {
      fields: { Connection: "keep-alive\t,\tUpgrade \t,x-option" },
    }),
    accepts(60, "Upgrade in the second of two Connection fields", connection, {
      fields: { Connection: "keep-alive" },
      more: [["Connection", "Upgrade"]],
    }),
    // RFC 9112 §9.6: to close "after it sends the final response" is what "close" asks for. A server may do that, or upgrade.
    accepts(
      61,
      "Connection: close, Upgrade",
      { ...must(CONNECTION), mayRefuse: "RFC 9112 §9.6" },
      {
        fields: { Connection: "close, Upgrade" },
      },
    ),
  ],
);
