/** RFC 6455 §5.1: who masks, and what becomes of who does not. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { Trial } from "../../peer/trial.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { closePayload, type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { type CaseInSection, forClients, forServers } from "../section.ts";
import { pingBehind, violates } from "../violating.ts";

const toServers = "The server MUST close the connection upon receiving a frame that is not masked.";
const toClients = "A client MUST close a connection if it detects a masked frame.";

/** The frames of a case; the `wrong` ones are masked in the way that the other role has to mask. */
interface Masking {
  readonly number: number;
  /** Told that "an unmasked" is wrong and "a masked" right, or, of a client, the other way round. */
  readonly title: (wrong: string, right: string) => string;
  readonly frames: readonly (FrameToWrite & { readonly wrong?: true })[];
  readonly good?: number;
  readonly codes?: readonly number[];
}

const maskings: readonly Masking[] = [
  {
    number: 1,
    title: (wrong) => `${wrong} text frame`,
    frames: [{ opcode: Opcode.Text, payload: "Hello", wrong: true }],
  },
  {
    number: 2,
    title: (wrong) => `${wrong} binary frame`,
    frames: [{ opcode: Opcode.Binary, payload: Buffer.from([0, 1, 0xfe, 0xff]), wrong: true }],
  },
  {
    number: 3,
    title: (wrong) => `${wrong} text frame without payload`,
    frames: [{ opcode: Opcode.Text, wrong: true }],
  },
  {
    number: 4,
    title: (wrong) => `${wrong} binary frame of 65,536 octets`,
    frames: [{ opcode: Opcode.Binary, payload: Buffer.alloc(65_536, 0x2a), wrong: true }],
    // It may be too long, before it is anything else.
    codes: [1002, 1009],
  },
  {
    number: 5,
    title: (wrong, right) => `${right} fragment, continued by ${wrong} one`,
    frames: [
      { opcode: Opcode.Text, fin: false, payload: "frag" },
      { opcode: Opcode.Continuation, payload: "ment", wrong: true },
    ],
  },
  {
    number: 6,
    title: (wrong) => `${wrong} Ping`,
    frames: [{ opcode: Opcode.Ping, payload: "Hello", wrong: true }],
  },
  {
    number: 7,
    title: (wrong) => `${wrong} Pong`,
    frames: [{ opcode: Opcode.Pong, payload: "Hello", wrong: true }],
  },
  {
    number: 8,
    title: (wrong) => `${wrong} Close frame`,
    frames: [{ opcode: Opcode.Close, payload: closePayload(1000), wrong: true }],
  },
  {
    number: 9,
    title: (wrong, right) => `${right} text frame, then ${wrong} one`,
    frames: [
      { opcode: Opcode.Text, payload: "good" },
      { opcode: Opcode.Text, payload: "bad", wrong: true },
    ],
    good: 1,
  },
  {
    number: 10,
    title: (wrong, right) => `${wrong} text frame, then ${right} one and a Ping`,
    frames: [
      { opcode: Opcode.Text, payload: "bad", wrong: true },
      { opcode: Opcode.Text, payload: "good" },
      pingBehind,
    ],
  },
];

/**
 * To close is all that §5.1 asks for: "In this case, a server MAY send a Close frame with a status code of 1002", and of
 * a client: "it MAY use the status code 1002".
 */
const leeway = { frame: "RFC 6455 §5.1", code: "RFC 6455 §5.1" };

async function breaksMasking(trial: Trial, { frames, good = 0, codes = [1002] }: Masking): Promise<void> {
  const wrongKey = trial.role === "server" ? undefined : trial.random.octets(4);
  const sent = frames.map(({ wrong, ...frame }) => (wrong ? { ...frame, maskingKey: wrongKey } : frame));
  await violates(trial, { frames: sent, good, codes, leeway });
}

/** Every kind of frame that a peer can be made to send: whether it is masked is checked in each. */
async function allKinds(trial: Trial): Promise<void> {
  const peer: Peer = await trial.open();
  peer.text("text");
  await peer.expectText("text");
  peer.binary(Buffer.from([1, 2, 3]));
  await peer.expectBinary(Buffer.from([1, 2, 3]));
  peer.text("");
  await peer.expectText("");
  peer.ping("ping");
  await peer.expectPong("ping");
  await finish(peer);
}

export const maskingByServers: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/5.1",
  { profile: "core", overHttp2: true },
  [
    ...maskings.map(
      (masking): CaseInSection<ServerTrial> => ({
        number: masking.number,
        title: masking.title("an unmasked", "a masked"),
        requirement: toServers,
        level: "MUST",
        run: async (trial) => breaksMasking(trial, masking),
      }),
    ),
    {
      number: 41,
      title: "no frame of the server is masked, whatever its kind",
      requirement: "A server MUST NOT mask any frames that it sends to the client.",
      level: "MUST",
      run: allKinds,
    },
  ],
);

export const maskingByClients: readonly Case<ClientTrial>[] = forClients("rfc6455/5.1", { profile: "core" }, [
  ...maskings.map(
    (masking): CaseInSection<ClientTrial> => ({
      number: 20 + masking.number,
      title: masking.title("a masked", "an unmasked"),
      requirement: toClients,
      level: "MUST",
      run: async (trial) => breaksMasking(trial, masking),
    }),
  ),
  {
    number: 42,
    title: "every frame of the client is masked, whatever its kind",
    requirement: "a client MUST mask all frames that it sends to the server",
    level: "MUST",
    run: allKinds,
  },
]);
