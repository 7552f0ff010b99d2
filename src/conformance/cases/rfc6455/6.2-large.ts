/**
 * RFC 6455 §6.2: large messages, whole, in fragments and in small writes. Autobahn|Testsuite compares the length of
 * what comes back; this compares every octet.
 */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { Opcode } from "../../wire/frame.ts";
import { contentFor } from "../content.ts";
import { echoes, type Sent } from "../echoing.ts";
import { both, type CaseInSection } from "../section.ts";

const concatenated =
  'When the last fragment is received as indicated by the FIN bit (frame-fin), it is said that _A WebSocket Message Has Been Received_ with data /data/ (comprised of the concatenation of the "Application data" of the fragments) and type /type/ (noted from the first frame of the fragmented message).';
const parsed = "Incoming data MUST be parsed as WebSocket frames as defined in Section 5.2.";

const KIB = 1_024;
const MIB = 1_024 * KIB;

type DataOpcode = Sent["opcode"];

/** What comes in two kinds: the texts have the numbers as they are, the binary messages 10 more. */
interface Kind {
  readonly opcode: DataOpcode;
  readonly name: string;
  readonly plus: number;
}

const kinds: readonly Kind[] = [
  { opcode: Opcode.Text, name: "text", plus: 0 },
  { opcode: Opcode.Binary, name: "binary", plus: 10 },
];

function amount(octets: number): string {
  if (octets < KIB) return `${octets} octets`;
  return octets < MIB ? `${octets / KIB} KiB` : `${octets / MIB} MiB`;
}

/** 1 to 16: 64 KiB to 16 MiB in one frame. */
const inOneFrame: readonly CaseInSection<Trial>[] = kinds.flatMap(({ opcode, name, plus }) =>
  [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB].map((length, i) => ({
    number: 1 + i + plus,
    title: `${name}: ${amount(length)} in one frame`,
    requirement: parsed,
    level: "MUST",
    autobahn: [`9.${opcode === Opcode.Text ? 1 : 2}.${i + 1}`],
    overHttp2: length < MIB,
    // So that several of them do not hold each other up, nor fill the memory of this process.
    alone: length > 4 * MIB,
    run: async (trial) => echoes(trial, { opcode, parts: [contentFor(opcode, trial.random, length)] }),
  })),
);

/**
 * 21 to 39: 4 MiB in fragments of 64 octets to 4 MiB. As Autobahn|Testsuite does, the last fragment is one without
 * payload: with 64 octets each there are 65,537.
 */
const inFragments: readonly CaseInSection<Trial>[] = kinds.flatMap(({ opcode, name, plus }) =>
  [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB].map((size, i) => ({
    number: 21 + i + plus,
    title: `${name}: 4 MiB in fragments of ${amount(size)}, and an empty one`,
    requirement: concatenated,
    level: "MUST",
    autobahn: [`9.${opcode === Opcode.Text ? 3 : 4}.${i + 1}`],
    overHttp2: false,
    run: async (trial) => {
      const content = contentFor(opcode, trial.random, 4 * MIB);
      const parts = Array.from({ length: content.length / size + 1 }, (_, part) =>
        content.subarray(part * size, (part + 1) * size),
      );
      await echoes(trial, { opcode, parts });
    },
  })),
);

/** 41 to 56: 1 MiB in one frame, in writes of 64 to 2,048 octets. */
const inWrites: readonly CaseInSection<Trial>[] = kinds.flatMap(({ opcode, name, plus }) =>
  [64, 128, 256, 512, 1_024, 2_048].map((cut, i) => ({
    number: 41 + i + plus,
    title: `${name}: 1 MiB in one frame, in writes of ${cut} octets`,
    requirement: parsed,
    level: "MUST",
    autobahn: [`9.${opcode === Opcode.Text ? 5 : 6}.${i + 1}`],
    overHttp2: false,
    run: async (trial) => echoes(trial, { opcode, parts: [contentFor(opcode, trial.random, MIB)], cut }),
  })),
);

export const largeMessages: readonly Case<Trial>[] = both("rfc6455/6.2", { profile: "core" }, [
  ...inOneFrame,
  ...inFragments,
  ...inWrites,
]);
