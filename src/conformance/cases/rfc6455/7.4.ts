/** RFC 6455 §7.4: status codes, those that may be sent and those that may not. */
import type { Case, Level } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { closeFrame, expectDropped } from "../../peer/closing.ts";
import { closeCode } from "../../peer/received.ts";
import type { Trial } from "../../peer/trial.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { closePayload, Opcode } from "../../wire/frame.ts";
import { both, type CaseInSection, forClients, forServers } from "../section.ts";
import { violates } from "../violating.ts";

const maySend = "Endpoints MAY use the following pre-defined status codes when sending a Close frame.";
const onlyClients =
  "Note that this status code is not used by the server, because it can fail the WebSocket handshake instead.";
const notUsed = "Status codes in the range 0-999 are not used.";
const forTheProtocol =
  "Status codes in the range 1000-2999 are reserved for definition by this protocol, its future revisions, and extensions specified in a permanent and readily available public specification.";
const forLibraries =
  "Status codes in the range 3000-3999 are reserved for use by libraries, frameworks, and applications.";
const forPrivateUse =
  "Status codes in the range 4000-4999 are reserved for private use and thus can't be registered.";

function neverSent(code: number): string {
  return `${code} is a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint.`;
}

interface Code {
  readonly number: number;
  readonly code: number;
  /** What it is: `1001, going away`. */
  readonly title: string;
  readonly requirement: string;
  readonly autobahn?: string;
  /** Default MUST. */
  readonly level?: Level;
}

// ── Codes that may be sent

const predefined: readonly Code[] = [
  { number: 1, code: 1000, title: "1000, normal closure", requirement: maySend, autobahn: "7.7.1" },
  { number: 2, code: 1001, title: "1001, going away", requirement: maySend, autobahn: "7.7.2" },
  { number: 3, code: 1002, title: "1002, protocol error", requirement: maySend, autobahn: "7.7.3" },
  { number: 4, code: 1003, title: "1003, unsupported data", requirement: maySend, autobahn: "7.7.4" },
  {
    number: 5,
    code: 1007,
    title: "1007, invalid frame payload data",
    requirement: maySend,
    autobahn: "7.7.5",
  },
  { number: 6, code: 1008, title: "1008, policy violation", requirement: maySend, autobahn: "7.7.6" },
  { number: 7, code: 1009, title: "1009, message too big", requirement: maySend, autobahn: "7.7.7" },
  { number: 9, code: 1011, title: "1011, internal error", requirement: maySend, autobahn: "7.7.9" },
];

/**
 * Registered with IANA since, in the registry that RFC 6455 §11.7 founds. Who keeps to the text of 2011 alone cannot know
 * them, and is no more than warned. Autobahn|Testsuite does not ask for them.
 */
const registered: readonly Code[] = [
  { number: 1, code: 1012, title: "1012, service restart", requirement: forTheProtocol, level: "SHOULD" },
  { number: 2, code: 1013, title: "1013, try again later", requirement: forTheProtocol, level: "SHOULD" },
  { number: 3, code: 1014, title: "1014, bad gateway", requirement: forTheProtocol, level: "SHOULD" },
];

const ranges: readonly Code[] = [
  {
    number: 11,
    code: 3000,
    title: "3000, the first of libraries",
    requirement: forLibraries,
    autobahn: "7.7.10",
  },
  {
    number: 12,
    code: 3999,
    title: "3999, the last of libraries",
    requirement: forLibraries,
    autobahn: "7.7.11",
  },
  {
    number: 13,
    code: 4000,
    title: "4000, the first for private use",
    requirement: forPrivateUse,
    autobahn: "7.7.12",
  },
  {
    number: 14,
    code: 4999,
    title: "4999, the last for private use",
    requirement: forPrivateUse,
    autobahn: "7.7.13",
  },
];

/** Codes that say the peer found fault with our Close frame. */
const faults: ReadonlySet<number> = new Set([1002, 1003, 1007, 1008]);

/** Closes with a code that may be sent; the peer finds no fault with it. */
async function taken(trial: Trial, code: number): Promise<void> {
  const answer = await answerTo(trial, code);
  if (answer !== undefined && answer !== code && faults.has(answer)) {
    throw new Deviation(`${code} taken for what it is`, `a Close frame with ${answer}`);
  }
  if (answer === code || answer === undefined) return;
  // RFC 6455 §5.5.1: "the endpoint typically echos the status code it received": it need not.
  trial.note({ severity: "info", expected: `${code} echoed`, came: `${answer}`, clause: "RFC 6455 §5.5.1" });
}

/** The status code of the peer's answer; `undefined` when there is none. */
async function answerTo(trial: Trial, code: number): Promise<number | undefined> {
  const peer = await trial.open();
  peer.close(code);
  const frame = await closeFrame(peer, "a Close frame in answer to ours");
  await expectDropped(peer);
  return closeCode(frame);
}

// ── Codes that may not

const reserved: readonly Code[] = [
  {
    number: 21,
    code: 1004,
    title: "1004, reserved",
    requirement: "Reserved. The specific meaning might be defined in the future.",
    autobahn: "7.9.3",
  },
  { number: 22, code: 1005, title: "1005, reserved", requirement: neverSent(1005), autobahn: "7.9.4" },
  { number: 23, code: 1006, title: "1006, reserved", requirement: neverSent(1006), autobahn: "7.9.5" },
  { number: 24, code: 1015, title: "1015, reserved", requirement: neverSent(1015) },
];

/**
 * Above 4999, where the last range ends, nothing is defined, so that they may not be sent (RFC 6455 §5.5.1: "a status code
 * with value /code/ defined in Section 7.4"); Autobahn|Testsuite called the reaction undefined. What a peer that fails the
 * connection and one that closes it do differs in the code of its answer alone.
 */
const outside: readonly Code[] = [
  { number: 21, code: 0, title: "0, not used", requirement: notUsed, autobahn: "7.9.1" },
  { number: 22, code: 999, title: "999, not used", requirement: notUsed, autobahn: "7.9.2" },
  {
    number: 23,
    code: 5000,
    title: "5000, in no range",
    requirement: forPrivateUse,
    autobahn: "7.13.1",
    level: "SHOULD",
  },
  {
    number: 24,
    code: 65_535,
    title: "65535, in no range",
    requirement: forPrivateUse,
    autobahn: "7.13.2",
    level: "SHOULD",
  },
];

/**
 * Unassigned. Autobahn|Testsuite wants them refused. The RFC reserves them "for definition by … its future revisions,
 * and extensions", which is how 1012 to 1014 came to be: a peer may refuse what it cannot know, and may as well not.
 */
const unassigned: readonly Code[] = [
  { number: 31, code: 1016, title: "1016, unassigned", requirement: forTheProtocol, autobahn: "7.9.6" },
  { number: 32, code: 1100, title: "1100, unassigned", requirement: forTheProtocol, autobahn: "7.9.7" },
  { number: 33, code: 2000, title: "2000, unassigned", requirement: forTheProtocol, autobahn: "7.9.8" },
  { number: 34, code: 2999, title: "2999, unassigned", requirement: forTheProtocol, autobahn: "7.9.9" },
];

/** Closes with a code that the peer may take or refuse; what it does is noted where it takes it. */
async function takenOrRefused(trial: Trial, code: number): Promise<void> {
  const answer = await answerTo(trial, code);
  if (answer === 1002) return;
  const came = answer === undefined ? "a Close frame without a code" : `a Close frame with ${answer}`;
  trial.note({ severity: "info", expected: `${code} refused with 1002, or not`, came });
}

/**
 * RFC 6455 §7.4: "The interpretation of this reason by an endpoint, and the action an endpoint should take given this
 * reason, are left undefined by this specification." So who closes with another code than 1002 does nothing wrong; who
 * echoes this one does (see `observance.ts`).
 */
const undefinedAction = { code: "RFC 6455 §7.4" };

async function refused(trial: Trial, code: number): Promise<void> {
  const frames = [{ opcode: Opcode.Close, payload: closePayload(code) }];
  await violates(trial, { frames, leeway: undefinedAction });
}

function cases<T extends Trial>(
  rows: readonly Code[],
  run: (trial: T, code: number) => Promise<void>,
  level: Level = "MUST",
): CaseInSection<T>[] {
  return rows.map((row) => ({
    number: row.number,
    title: `a Close frame with ${row.title}`,
    requirement: row.requirement,
    level: row.level ?? level,
    autobahn: row.autobahn === undefined ? [] : [row.autobahn],
    run: async (trial) => run(trial, row.code),
  }));
}

const options = { profile: "core", overHttp2: true } as const;

export const predefinedCodes: readonly Case<Trial>[] = both("rfc6455/7.4.1", options, [
  ...cases(predefined, taken),
  ...cases(reserved, refused),
]);

/**
 * 1010, which Autobahn|Testsuite sends to both: it is for clients to send, so that a client may make of it what it
 * likes.
 */
const mandatoryExtension = { code: 1010, title: "1010, mandatory extension", autobahn: "7.7.8" };

export const mandatoryExtensionToServers: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/7.4.1",
  options,
  cases([{ ...mandatoryExtension, number: 8, requirement: maySend }], taken),
);

export const mandatoryExtensionToClients: readonly Case<ClientTrial>[] = forClients(
  "rfc6455/7.4.1",
  { profile: "core" },
  cases([{ ...mandatoryExtension, number: 10, requirement: onlyClients }], takenOrRefused, "MAY"),
);

export const codeRanges: readonly Case<Trial>[] = both("rfc6455/7.4.2", options, [
  ...cases(registered, taken),
  ...cases(ranges, taken),
  ...cases(outside, refused),
  ...cases(unassigned, takenOrRefused, "MAY"),
]);
