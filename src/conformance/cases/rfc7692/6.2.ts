/** RFC 7692 §6.2: compressed messages received, however they are cut, and uncompressed ones between them. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { Trial } from "../../peer/trial.ts";
import { Opcode } from "../../wire/frame.ts";
import { compressedFrames, type DataOpcode, expectEchoOf, partsOf } from "../compressed.ts";
import { both } from "../section.ts";

const compressedReceived =
  "An endpoint MUST use the following algorithm to receive a message in the form of a compressed message. … Concatenate the payload data portion of the received frames of the compressed message.";
const uncompressedReceived =
  "An endpoint MUST use the following algorithm to receive a message in the form of an uncompressed message.";

const sentence = Buffer.from("Was du ererbt von deinen Vätern hast, erwirb es, um es zu besitzen. ");
const text = Buffer.alloc(sentence.length * 30, sentence);

/** Sends one message in these parts of its compressed payload, and expects its echo. */
async function echoesInParts(trial: Trial, cut: (payload: Buffer) => readonly Buffer[]): Promise<void> {
  const peer = await trial.openDeflate();
  peer.send(...compressedFrames(peer, Opcode.Text, ...cut(peer.deflater!.deflate(text))));
  await peer.expectText(text);
  // What it has kept of the first message is right, too.
  await expectEchoOf(peer, Opcode.Text, text);
  await finish(peer);
}

async function plain(peer: Peer, opcode: DataOpcode, parts: readonly (Buffer | string)[]): Promise<void> {
  peer.send(...peer.fragments(opcode, parts));
  await peer.expectMessage(opcode, Buffer.concat(parts.map((part) => Buffer.from(part))));
}

const none = Buffer.alloc(0);

export const compressedAndNot: readonly Case<Trial>[] = both("rfc7692/6.2", { profile: "deflate" }, [
  {
    number: 1,
    title: "a compressed message in two frames",
    requirement: compressedReceived,
    level: "MUST",
    run: (trial) => echoesInParts(trial, (payload) => partsOf(payload, Math.ceil(payload.length / 2))),
  },
  {
    number: 2,
    title: "a compressed message in frames of one octet",
    requirement: compressedReceived,
    level: "MUST",
    run: (trial) => echoesInParts(trial, (payload) => partsOf(payload, 1)),
  },
  {
    number: 3,
    title: "a compressed message whose first frame is empty",
    requirement: compressedReceived,
    level: "MUST",
    run: (trial) => echoesInParts(trial, (payload) => [none, payload]),
  },
  {
    number: 4,
    title: "a compressed message whose last frame is empty",
    requirement: compressedReceived,
    level: "MUST",
    run: (trial) => echoesInParts(trial, (payload) => [payload, none]),
  },
  {
    number: 5,
    title: "a compressed message with empty frames between frames of one octet",
    requirement: compressedReceived,
    level: "MUST",
    run: (trial) =>
      echoesInParts(trial, (payload) => [
        ...partsOf(payload.subarray(0, 40), 1).flatMap((part) => [none, part, none]),
        payload.subarray(40),
      ]),
  },
  {
    number: 6,
    title: "a compressed message, each octet of its frame in a write of its own",
    requirement: compressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const payload = peer.deflater!.deflate(text);
      await peer.sendChopped(1, ...compressedFrames(peer, Opcode.Text, payload));
      await peer.expectText(text);
      await finish(peer);
    },
  },
  {
    number: 7,
    title: "a Ping between the frames of a compressed message",
    requirement: compressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const [first, ...others] = compressedFrames(
        peer,
        Opcode.Text,
        ...partsOf(peer.deflater!.deflate(text), 50),
      );
      peer.send(
        first!,
        { opcode: Opcode.Ping, payload: "between" },
        { opcode: Opcode.Pong, payload: "unasked" },
      );
      await peer.expectPong("between");
      peer.send(...others);
      await peer.expectText(text);
      await finish(peer);
    },
  },
  {
    number: 8,
    title: "an uncompressed text, where compression was agreed on",
    requirement: uncompressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      await plain(peer, Opcode.Text, [text]);
      await finish(peer);
    },
  },
  {
    number: 9,
    title: "an uncompressed binary message in fragments, where compression was agreed on",
    requirement: uncompressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      await plain(peer, Opcode.Binary, partsOf(trial.random.octets(3_000), 700));
      await finish(peer);
    },
  },
  {
    number: 10,
    title: "an uncompressed message that would inflate if it were tried",
    requirement: uncompressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      await plain(peer, Opcode.Binary, [Buffer.from("f248cdc9c90700", "hex")]);
      await finish(peer);
    },
  },
  {
    number: 11,
    title: "empty messages, compressed and not",
    requirement: uncompressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      await plain(peer, Opcode.Text, [""]);
      await expectEchoOf(peer, Opcode.Text, "");
      await plain(peer, Opcode.Binary, ["", ""]);
      await expectEchoOf(peer, Opcode.Binary, "");
      await expectEchoOf(peer, Opcode.Text, text);
      await finish(peer);
    },
  },
  {
    number: 12,
    title: "compressed and uncompressed messages by turns, text and binary, whole and in fragments",
    requirement: uncompressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const sent = Array.from({ length: 40 }, () => {
        const opcode = trial.random.below(2) === 0 ? Opcode.Text : Opcode.Binary;
        const message = text.subarray(0, sentence.length * trial.random.below(30));
        const size = trial.random.below(2) === 0 ? undefined : 1 + trial.random.below(300);
        if (trial.random.below(2) === 0) {
          peer.send(...compressedFrames(peer, opcode, ...partsOf(peer.deflater!.deflate(message), size)));
        } else peer.send(...peer.fragments(opcode, message.length > 0 ? partsOf(message, size) : [message]));
        return { opcode, message };
      });
      for (const { opcode, message } of sent) await peer.expectMessage(opcode, message);
      await finish(peer);
    },
  },
  {
    number: 13,
    title: "many messages at once, compressed and not: the echoes keep their order",
    requirement: compressedReceived,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const messages = Array.from({ length: 60 }, (_, i) =>
        text.subarray(0, sentence.length * (i % 7 === 0 ? 30 : 1 + (i % 2))),
      );
      const frames = messages.flatMap((message, i) =>
        i % 3 === 0
          ? [{ opcode: Opcode.Text, payload: message }]
          : compressedFrames(peer, Opcode.Text, ...partsOf(peer.deflater!.deflate(message), 100)),
      );
      peer.send(...frames);
      for (const message of messages) await peer.expectText(message);
      await finish(peer);
    },
  },
]);
