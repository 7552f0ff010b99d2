/** RFC 6455 §5.5.2: Ping. */
import type { Case } from "../case.ts";
import { finish } from "../closing.ts";
import type { Trial } from "../trial.ts";
import { Opcode } from "../wire/frame.ts";
import { both } from "./section.ts";

const answered =
  "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close frame.";

export const ping: readonly Case<Trial>[] = both("rfc6455/5.5.2", { profile: "core", overHttp2: true }, [
  {
    number: 1,
    title: "a Ping without payload",
    requirement: answered,
    level: "MUST",
    autobahn: ["2.1"],
    run: async (trial) => {
      const peer = await trial.open();
      peer.ping();
      await peer.expectPong();
      await finish(peer);
    },
  },
  {
    number: 2,
    title: "a Ping between the fragments of a message",
    requirement: answered,
    level: "MUST",
    autobahn: ["5.6"],
    run: async (trial) => {
      const peer = await trial.open();
      const [first, last] = peer.fragments(Opcode.Text, ["frag", "ment"]);
      peer.send(first!, { opcode: Opcode.Ping, payload: "now" }, last!);
      await peer.expectPong("now");
      await peer.expectText("fragment");
      await finish(peer);
    },
  },
]);
