/** RFC 6455 §6.1: what a peer sends, and in which order. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Trial } from "../../peer/trial.ts";
import { type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { octetsOf, textOf } from "../content.ts";
import { both } from "../section.ts";

const opcodeOfFirst =
  "The opcode (frame-opcode) of the first frame containing the data MUST be set to the appropriate value from Section 5.2 for data that is to be interpreted by the recipient as text or binary data.";
const transmitted =
  "The frame(s) that have been formed MUST be transmitted over the underlying network connection.";

export const sending: readonly Case<Trial>[] = both("rfc6455/6.1", { profile: "core", overHttp2: true }, [
  {
    number: 1,
    title: "texts and binary messages by turns, each coming back as what it is",
    requirement: opcodeOfFirst,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const octets = Buffer.from("the same octets");
      for (let i = 0; i < 5; i++) {
        peer.text(octets);
        await peer.expectText(octets);
        peer.binary(octets);
        await peer.expectBinary(octets);
      }
      await finish(peer);
    },
  },
  {
    number: 2,
    title: "200 messages in one write, which come back one by one and in order",
    requirement: transmitted,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const messages = Array.from({ length: 200 }, (_, i): FrameToWrite & { readonly payload: Buffer } =>
        i % 2 === 0
          ? { opcode: Opcode.Text, payload: textOf(trial.random, i) }
          : { opcode: Opcode.Binary, payload: octetsOf(trial.random, i) },
      );
      peer.send(...messages);
      for (const { opcode, payload } of messages) await peer.expectMessage(opcode, payload);
      await finish(peer);
    },
  },
]);
