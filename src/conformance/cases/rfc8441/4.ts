/** RFC 8441 §4: The Extended CONNECT Method. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { echoes, expectRefused, http2, said } from "../http2-stream.ts";
import { must } from "../rule.ts";
import { forServers } from "../section.ts";

const included =
  "On requests that contain the :protocol pseudo-header field, the :scheme and :path pseudo-header fields of the target URI … MUST also be included.";

export const extendedConnect: readonly Case<ServerTrial>[] = [
  ...forServers("rfc8441/4", { profile: "h2" }, [
    {
      number: 1,
      title: "an extended CONNECT for a WebSocket is answered with 200, and its stream carries frames",
      ...must(
        "Upon receiving a CONNECT request bearing the :protocol pseudo-header field, the server establishes a tunnel to another service of the protocol type indicated by the pseudo-header field.",
      ),
      run: async (trial) => {
        const connection = await http2(trial);
        const stream = connection.request(connection.openingFields());
        const answer = await connection.answer(stream);
        if (answer.kind !== "status" || answer.status !== "200")
          throw new Deviation("status 200", said(answer));
        await echoes(trial, connection, stream, "over HTTP/2");
      },
    },
    ...[":path", ":scheme"].map((name, i) => ({
      number: 2 + i,
      title: `an extended CONNECT without ${name}`,
      ...must(included),
      run: async (trial: ServerTrial): Promise<void> => {
        const connection = await http2(trial);
        const stream = connection.request(connection.openingFields({ [name]: undefined }));
        await expectRefused(trial, connection, stream, "a malformed request refused");
      },
    })),
    {
      number: 4,
      title: "a plain CONNECT, without :protocol, does not lead anywhere",
      ...must(
        "A new pseudo-header field :protocol MAY be included on request HEADERS indicating the desired protocol to be spoken on the tunnel created by CONNECT.",
      ),
      run: async (trial) => {
        const connection = await http2(trial);
        const none = { ":protocol": undefined, ":scheme": undefined, ":path": undefined };
        const stream = connection.request(connection.openingFields(none));
        await expectRefused(trial, connection, stream, "a CONNECT without :protocol refused");
      },
    },
  ]),
  ...forServers("rfc9113/8.2", { profile: "h2" }, [
    {
      number: 1,
      title: "a field's name in capitals",
      // §8.2.1: what contains "0x41-0x5a … MUST be treated as malformed".
      ...must("Field names MUST be converted to lowercase when constructing an HTTP/2 message."),
      run: async (trial) => {
        const connection = await http2(trial);
        const stream = connection.request(connection.openingFields({ "X-Capital": "1" }));
        await expectRefused(trial, connection, stream, "a malformed request refused");
      },
    },
  ]),
  ...forServers("rfc9113/8.3", { profile: "h2" }, [
    {
      number: 1,
      title: ":protocol after an ordinary field",
      ...must("All pseudo-header fields MUST appear in a field block before all regular field lines."),
      run: async (trial) => {
        const connection = await http2(trial);
        const fields = connection.openingFields({ ":protocol": undefined });
        const stream = connection.request([...fields, [":protocol", "websocket"]]);
        await expectRefused(trial, connection, stream, "a malformed request refused");
      },
    },
    {
      number: 2,
      title: ":protocol twice",
      ...must("The same pseudo-header field name MUST NOT appear more than once in a field block."),
      run: async (trial) => {
        const connection = await http2(trial);
        const fields = connection.openingFields();
        const stream = connection.request([[":protocol", "websocket"], ...fields]);
        await expectRefused(trial, connection, stream, "a malformed request refused");
      },
    },
  ]),
];
