/** RFC 8441 §3: The SETTINGS_ENABLE_CONNECT_PROTOCOL SETTINGS Parameter. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { SETTINGS_ENABLE_CONNECT_PROTOCOL } from "../../wire/http2.ts";
import { accepted, echoes, http2 } from "../http2-stream.ts";
import { must } from "../rule.ts";
import { forServers } from "../section.ts";

export const setting: readonly Case<ServerTrial>[] = forServers("rfc8441/3", { profile: "h2" }, [
  {
    number: 1,
    title: "the parameter's value",
    ...must("The value of the parameter MUST be 0 or 1."),
    run: async (trial) => {
      const connection = await http2(trial, { offered: false });
      const values = connection.settings.get(SETTINGS_ENABLE_CONNECT_PROTOCOL)!;
      const other = values.find((value) => value > 1);
      if (other !== undefined) throw new Deviation("0 or 1", `${other}`);
    },
  },
  {
    number: 2,
    title: "the parameter does not go back to 0 while streams come and go",
    ...must(
      "A sender MUST NOT send a SETTINGS_ENABLE_CONNECT_PROTOCOL parameter with the value of 0 after previously sending a value of 1.",
    ),
    run: async (trial) => {
      const connection = await http2(trial);
      for (let i = 0; i < 2; i++) {
        const stream = await accepted(connection);
        await echoes(trial, connection, stream, `stream ${stream}`);
        connection.sendData(stream, Buffer.alloc(0), { endStream: true });
      }
      const values = connection.settings.get(SETTINGS_ENABLE_CONNECT_PROTOCOL)!;
      if (values.lastIndexOf(0) > values.indexOf(1)) throw new Deviation("no 0 after a 1", values.join(", "));
    },
  },
]);
