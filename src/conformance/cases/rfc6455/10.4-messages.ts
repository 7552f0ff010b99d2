/** RFC 6455 §10.4, Implementation-Specific Limits: messages that are made to cost the receiver more than the sender. */
import { constants, deflateRawSync } from "node:zlib";
import type { Case } from "../../case.ts";
import { expectFailure, finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { Trial } from "../../peer/trial.ts";
import { Deviation } from "../../verdict.ts";
import { type FrameToWrite, Opcode, RSV1 } from "../../wire/frame.ts";
import { must, should } from "../rule.ts";
import { both } from "../section.ts";
import { BUDGET, flood, readUntil, strained, tooMuch } from "../strain.ts";

const protect =
  "Implementations that have implementation- and/or platform-specific limitations regarding the frame size or total message size after reassembly from multiple frames MUST protect themselves against exceeding those limits.";
/** Who has room for everything need not: so it is a SHOULD to refuse, and the MUST is to stay alive. */
const impose =
  "Such an implementation SHOULD impose a limit on frame sizes and the total message size after reassembly from multiple frames.";

/** What most of these cases hold against the peer; they strain it, so they run alone. */
const mustProtect = { ...must(protect), alone: true } as const;
const shouldImpose = { ...should(impose), alone: true } as const;

export const hostileMessages: readonly Case<Trial>[] = both("rfc6455/10.4", { profile: "hostile" }, [
  {
    number: 101,
    title: "a bomb: 1 MiB in one frame that inflates to 1 GiB (budget: 64 MiB, and others served meanwhile)",
    ...shouldImpose,
    run: async (trial) => bomb(trial, (payload) => [{ opcode: Opcode.Binary, rsv: RSV1, payload }]),
  },
  {
    number: 102,
    title: "the same bomb in a thousand fragments (budget: 64 MiB, and others served meanwhile)",
    ...shouldImpose,
    run: async (trial) =>
      bomb(trial, (payload, peer) => {
        const size = Math.ceil(payload.length / 1000);
        const parts = Array.from({ length: 1000 }, (_, i) => payload.subarray(i * size, (i + 1) * size));
        const [first, ...rest] = peer.fragments(Opcode.Binary, parts);
        return [{ ...first!, rsv: RSV1 }, ...rest];
      }),
  },
  {
    number: 103,
    title: "a message of 200,000 fragments of one octet (budget: 64 MiB, and others served meanwhile)",
    ...mustProtect,
    run: async (trial) => fragments(trial, Buffer.from([0x2e])),
  },
  {
    number: 104,
    title: "a message of 200,000 empty fragments (budget: 64 MiB, and others served meanwhile)",
    ...mustProtect,
    run: async (trial) => fragments(trial, Buffer.alloc(0)),
  },
  {
    number: 105,
    title: "a frame that announces 2⁶³ - 1 octets is refused without waiting for them (budget: nothing)",
    ...shouldImpose,
    run: async (trial) =>
      strained(trial, async () => {
        const peer = await trial.open();
        peer.send({ opcode: Opcode.Binary, statedLength: 2n ** 63n - 1n, payload: "the first few" });
        await expectFailure(peer, 1009, 1002, 1008);
      }),
  },
  {
    number: 106,
    title:
      "a frame that announces 1 GiB and brings 16 octets of it (budget: 64 MiB, and others served meanwhile)",
    ...mustProtect,
    run: async (trial) =>
      strained(trial, async () => {
        const peer = await trial.open();
        peer.send({ opcode: Opcode.Binary, statedLength: 2 ** 30, payload: "sixteen octets .." });
        // It may wait for the rest as long as it likes, if it does not pay for it.
        await peer.next(trial.patience / 20);
      }),
  },
  {
    number: 107,
    title: "echoes of 256 MiB that nobody reads (budget: 64 MiB beyond what the network holds)",
    ...should(protect),
    alone: true,
    run: async (trial) =>
      strained(trial, async () => {
        const peer = await trial.open();
        const message = { opcode: Opcode.Binary, payload: trial.random.octets(65_536) };
        if ((await flood(peer, [message], 4 * BUDGET)) !== "taken") return;
        // What refuses them may take them all the same, and do nothing with them.
        peer.text("the last");
        const last = Buffer.from("the last");
        if (!(await readUntil(peer, (payload, opcode) => opcode === Opcode.Text && payload.equals(last))))
          return;
        const expected = "an end of reading, or of the connection, while its echoes are not read";
        throw new Deviation(expected, "all 256 MiB taken, and held until they were read");
      }),
  },
  {
    number: 108,
    title: "Pings of 128 MiB whose Pongs nobody reads (budget: 64 MiB beyond what the network holds)",
    ...should(protect),
    alone: true,
    run: async (trial) =>
      strained(trial, async () => {
        const peer = await trial.open();
        const ping = { opcode: Opcode.Ping, payload: trial.random.octets(125) };
        const taken = await flood(peer, Array<FrameToWrite>(500).fill(ping), 2 * BUDGET);
        if (taken === "failed") return;
        // What stalled goes on as soon as it is read; what answers the last Ping alone holds nothing.
        peer.ping("the last");
        await readUntil(
          peer,
          (payload, opcode) => opcode === Opcode.Pong && payload.equals(Buffer.from("the last")),
        );
      }),
  },
  {
    number: 109,
    title:
      "50,000 empty messages at once are echoed, or refused (budget: 64 MiB, and others served meanwhile)",
    ...must(protect),
    alone: true,
    run: async (trial) =>
      strained(trial, async () => {
        const peer = await trial.open();
        peer.connection.write(
          Buffer.concat(Array<Buffer>(50_000).fill(peer.encode({ opcode: Opcode.Text }))),
        );
        let echoes = 0;
        const all = await readUntil(peer, () => ++echoes === 50_000);
        if (!all) note(trial, `the connection ended after ${echoes} of 50,000 echoes`);
        else await finish(peer);
      }),
  },
]);

/** DEFLATE data of 1 MiB that inflates to 1 GiB: the same 1 MiB, compressed once and flushed whole, over and over. */
function bombPayload(): Buffer {
  const block = deflateRawSync(Buffer.alloc(1 << 20), { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
  return Buffer.concat(Array<Buffer>(1024).fill(block));
}

async function bomb(
  trial: Trial,
  frames: (payload: Buffer, peer: Peer) => readonly FrameToWrite[],
): Promise<void> {
  await strained(trial, async () => {
    const peer = await trial.openDeflate();
    peer.send(...frames(bombPayload(), peer));
    const failure = await expectFailure(peer, ...tooMuch);
    if (failure.messages > 0) throw new Deviation("a refusal", "the bomb, inflated and echoed");
  });
}

async function fragments(trial: Trial, part: Buffer): Promise<void> {
  await strained(trial, async () => {
    const peer = await trial.open();
    peer.send({ opcode: Opcode.Binary, payload: part, fin: false });
    const middle = peer.encode({ opcode: Opcode.Continuation, payload: part, fin: false });
    peer.connection.write(Buffer.concat(Array<Buffer>(199_998).fill(middle)));
    peer.send({ opcode: Opcode.Continuation, payload: part });
    const whole = 200_000 * part.length;
    let length = 0;
    const echoed = await readUntil(peer, (payload, opcode) => {
      length += opcode < Opcode.Close ? payload.length : 0;
      return length >= whole;
    });
    if (!echoed) note(trial, `a refusal: it takes fewer fragments than 200,000`);
  });
}

function note(trial: Trial, came: string): void {
  trial.note({ severity: "info", expected: "an echo, or a refusal", came });
}
