/** RFC 6455 §5.3: client-to-server masking. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { finish } from "../../peer/closing.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { Opcode } from "../../wire/frame.ts";
import { octetsOf } from "../content.ts";
import { maskingKeysOf } from "../masking-keys.ts";
import { type CaseInSection, forClients, forServers } from "../section.ts";

const transformed =
  'Octet i of the transformed data ("transformed-octet-i") is the XOR of octet i of the original data ("original-octet-i") with octet at index i modulo 4 of the masking key ("masking-key-octet-j")';
const fresh =
  "When preparing a masked frame, the client MUST pick a fresh masking key from the set of allowed 32-bit values.";
const unpredictable =
  "the masking key MUST be derived from a strong source of entropy, and the masking key for a given frame MUST NOT make it simple for a server/proxy to predict the masking key for a subsequent frame.";

/** The example of RFC 6455 §5.7: "Hello", masked with the key 37 fa 21 3d. */
const HELLO = Buffer.from("818537fa213d7f9f4d5158", "hex");

const keys: readonly (readonly [number: number, title: string, key: readonly number[]])[] = [
  [2, "a masking key of zeros", [0, 0, 0, 0]],
  [3, "a masking key of ones", [0xff, 0xff, 0xff, 0xff]],
  [4, "a masking key with the highest bit alone", [0x80, 0, 0, 0]],
  [5, "a masking key with the lowest bit alone", [0, 0, 0, 1]],
];

const unmasking: readonly CaseInSection<ServerTrial>[] = [
  {
    number: 1,
    title: "the masked example of RFC 6455 §5.7",
    requirement: transformed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      peer.connection.send(HELLO, "text, 5 octets: the example of RFC 6455 §5.7");
      await peer.expectText("Hello");
      await finish(peer);
    },
  },
  ...keys.map(
    ([number, title, key]): CaseInSection<ServerTrial> => ({
      number,
      title,
      requirement: transformed,
      level: "MUST",
      run: async (trial) => {
        const peer = await trial.open();
        const maskingKey = Buffer.from(key);
        peer.send({ opcode: Opcode.Text, payload: "Hello, wörld", maskingKey });
        await peer.expectText("Hello, wörld");
        peer.send({ opcode: Opcode.Ping, payload: "Hello", maskingKey });
        await peer.expectPong("Hello");
        await finish(peer);
      },
    }),
  ),
  {
    number: 6,
    title: "a masking key on frames without payload",
    requirement: transformed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      peer.binary(Buffer.alloc(0));
      await peer.expectBinary(Buffer.alloc(0));
      peer.ping();
      await peer.expectPong();
      await finish(peer);
    },
  },
  {
    number: 7,
    title: "messages of 1 to 130 octets, each with a key of its own",
    requirement: transformed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const messages = Array.from({ length: 130 }, (_, i) => octetsOf(trial.random, i + 1));
      peer.send(...messages.map((payload) => ({ opcode: Opcode.Binary, payload })));
      for (const message of messages) await peer.expectBinary(message);
      await finish(peer);
    },
  },
  {
    number: 8,
    title: "payloads that arrive in pieces of 1, 2, 3, 5 and 7 octets",
    requirement: transformed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const payload = octetsOf(trial.random, 211);
      for (const size of [1, 2, 3, 5, 7]) {
        await peer.sendChopped(size, { opcode: Opcode.Binary, payload });
        await peer.expectBinary(payload);
      }
      await finish(peer);
    },
  },
  {
    number: 9,
    title: "fragments of odd lengths, in each of which the key begins anew",
    requirement: transformed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const payload = octetsOf(trial.random, 1 + 2 + 3 + 5 + 7 + 129 + 130);
      const ends = [1, 3, 6, 11, 18, 147, payload.length];
      const parts = ends.map((end, i) => payload.subarray(ends[i - 1] ?? 0, end));
      peer.send(...peer.fragments(Opcode.Binary, parts));
      await peer.expectBinary(payload);
      await finish(peer);
    },
  },
];

export const unmaskingByServers: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/5.3",
  { profile: "core", overHttp2: true },
  unmasking,
);

/** Messages whose frames are compared. Two of so many keys agree by chance once in 35 million runs. */
const MESSAGES = 16;

export const maskingKeysOfClients: readonly Case<ClientTrial>[] = forClients(
  "rfc6455/5.3",
  { profile: "core" },
  [
    {
      number: 21,
      title: "no two frames have the same masking key",
      requirement: fresh,
      level: "MUST",
      run: async (trial) => {
        const peer = await trial.open();
        const found = await maskingKeysOf(peer, MESSAGES);
        const different = new Set(found).size;
        if (different < found.length) {
          throw new Deviation(`${found.length} different masking keys`, `${different} different ones`);
        }
        await finish(peer);
      },
    },
    {
      number: 22,
      title: "masking keys are not counted up",
      requirement: unpredictable,
      level: "MUST",
      run: async (trial) => {
        const peer = await trial.open();
        const found = await maskingKeysOf(peer, MESSAGES);
        // Of a key that is counted, in either order of its octets, one step is like the other.
        const countedBy = step(found) ?? step(found.map(reversed));
        if (countedBy !== undefined) {
          throw new Deviation("keys that do not tell the next", `keys counted in steps of ${countedBy}`);
        }
        await finish(peer);
      },
    },
    {
      number: 23,
      title: "another connection has other masking keys",
      requirement: unpredictable,
      level: "MUST",
      connections: 2,
      run: async (trial) => {
        const first = await trial.open();
        const keys = await maskingKeysOf(first, MESSAGES);
        await finish(first);
        const second = await trial.open();
        const same = (await maskingKeysOf(second, MESSAGES)).filter((key) => keys.includes(key)).length;
        if (same > 0) throw new Deviation("other masking keys", `${same} as on the first connection`);
        await finish(second);
      },
    },
  ],
);

/** By how much each of these is more than the one before; `undefined` when that varies. */
function step(keys: readonly number[]): number | undefined {
  const steps = new Set(keys.slice(1).map((key, i) => (key - keys[i]!) >>> 0));
  return steps.size === 1 ? steps.values().next().value : undefined;
}

function reversed(key: number): number {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(key);
  return octets.readUInt32LE(0);
}
