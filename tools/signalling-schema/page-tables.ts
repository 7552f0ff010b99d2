/** The tables of `docs/signalling.md`, each between two marks, made of the tables that the types hold complete. */
import { loginEnded } from "../../src/auth/socket-logins.ts";
import { commands } from "../../src/signalling/commands.ts";
import {
  defaultPeerRates,
  defaultRoomRates,
  type PeerRates,
  type Rate,
  type RoomRates,
} from "../../src/signalling/hub/budgets.ts";
import { hubSettings } from "../../src/signalling/hub/hub-options.ts";
import { refusalCosts } from "../../src/signalling/hub/refusal-costs.ts";
import { type Command, closeCodes, limits, type RefusalCode } from "../../src/signalling/protocol.ts";
import type { Schema, Shape } from "../../src/signalling/shapes.ts";
import { consequences } from "./answers.ts";
import { definitions } from "./json-schema.ts";
import { loginCommands, loginNotices } from "./logins.ts";
import { leaveReasons, notices, refusalCodes } from "./notices.ts";
import { fieldsOf, typeOf } from "./type-words.ts";

type Row = readonly (string | number)[];

/** Names of tables that the page has, and what stands in them. */
const tables: Readonly<Record<string, () => string>> = {
  commands: () =>
    table(["A peer says", "with", "which", "is answered", "is heard"], Object.keys(commands).map(commandRow)),
  notices: () => table(["A peer hears", "with", "which says"], Object.values(notices).map(noticeRow)),
  logins: () =>
    table(
      ["Message", "with", "which says"],
      [
        ...Object.values<Shape<object>>(loginCommands).map(({ schema }) => loginRow("▶", schema)),
        ...Object.values<Shape<object>>(loginNotices).map(({ schema }) => loginRow("◀", schema)),
      ],
    ),
  parts: () => table(["Part", "is", "and means"], partRows()),
  refusals: () =>
    table(
      ["Code", "Why", "Costs"],
      Object.entries(refusalCodes).map(([code, why]) => [
        ...[`\`${code}\``, why],
        refusalCosts[code as RefusalCode],
      ]),
    ),
  reasons: () =>
    table(
      ["Reason", "Why"],
      Object.entries(leaveReasons).map(([code, why]) => [`\`${code}\``, why]),
    ),
  closes: () => table(["Code", "Why", "Then"], closeRows),
  limits: () =>
    table(
      ["What", "At most"],
      Object.entries(limits).map(([name, most]) => [limitWords[name as Limit], amount(most)]),
    ),
  budgets: () => table(["What", "A second", "At once"], budgetRows()),
  bounds: () => table(["What", "Default", "Option"], boundRows()),
};

/** The page with its tables as they should be. @throws {Error} when it lacks one, or has a mark of none */
export function withTables(page: string): string {
  const found = new Set<string>();
  const filled = page.replace(
    /(<!-- table: (\w+) -->\n).*?(<!-- end -->)/gs,
    (_whole, begin: string, name: string, end: string) => {
      found.add(name);
      const make = tables[name];
      if (make === undefined) throw new Error(`there is no table ${name}`);
      return `${begin}\n${make()}\n${end}`;
    },
  );
  const missing = Object.keys(tables).filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`the page has no place for ${missing.join(", ")}`);
  return filled;
}

function table(head: readonly string[], rows: readonly Row[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

function commandRow(type: string): Row {
  const { schema } = commands[type as Command["type"]];
  const { answers, heard, by } = consequences[type as Command["type"]];
  const others = heard.length === 0 ? "" : `${heard.map(code).join(", ")} (${by})`;
  return [nameCell(type, schema), fieldsOf(schema), words(schema), answers.map(code).join(" or "), others];
}

function noticeRow({ schema }: Shape<object>): Row {
  return [nameCell(typeOfMessage(schema), schema), fieldsOf(schema), words(schema)];
}

function loginRow(arrow: string, schema: Schema): Row {
  const { event } = schema.properties as { readonly event?: Schema };
  const name = event === undefined ? code("auth") : `${code("auth")} ${code(String(event.const))}`;
  return [`${arrow} ${name}`, fieldsOf(schema), words(schema)];
}

/** The type, and `#` where it is numbered. */
function nameCell(type: string, { properties, title }: Schema): string {
  return "seq" in (properties as object) && title !== "JoinedNotice" ? `${code(type)} #` : code(type);
}

function typeOfMessage({ properties }: Schema): string {
  return String((properties as { type: Schema }).type.const);
}

function code(text: string): string {
  return `\`${text}\``;
}

function words({ description }: Schema): string {
  return String(description);
}

/** What messages are made of, themselves left out, and what has a table of its own. */
function partRows(): readonly Row[] {
  return Object.values(definitions("")).flatMap((schema) => {
    const { title, properties, examples, oneOf } = schema;
    if (examples !== undefined || oneOf !== undefined) return [];
    if (title === "RefusalCode" || title === "LeaveReason") return [];
    const type = typeOf({ ...schema, title: undefined }).replaceAll("|", "\\|");
    return [[code(String(title)), properties === undefined ? code(type) : fieldsOf(schema), words(schema)]];
  });
}

type Limit = keyof typeof limits;

const limitWords: Readonly<Record<Limit, string>> = {
  command: "a command as a whole",
  id: "an `id` that is a string",
  room: "a room's name",
  peer: "a peer id",
  user: "a user",
  secret: "a resume secret",
  sdp: "`description.sdp`",
  candidate: "`candidate.candidate`",
  mid: "`candidate.sdpMid`",
  usernameFragment: "`candidate.usernameFragment`",
  text: "a chat message",
  presence: "presence, as JSON",
  presenceDepth: "levels of objects and arrays in presence",
};

const closeRows: readonly Row[] = Object.entries({
  goingAway: ["the server stops", "come back, with resume: perhaps to another process"],
  unsupportedData: ["a binary message", "do not: the client is at fault"],
  policyViolation: ["too many refusals", "do not: the client is at fault"],
  tryAgainLater: ["the server is full", "come back later"],
  idle: ["nothing said and no room entered for too long", "come back when there is something to say"],
  resumedElsewhere: ["the same peer has resumed on another connection", "do not: that one goes on"],
} satisfies Record<keyof typeof closeCodes, Row>)
  .map(([name, row]): Row => [closeCodes[name as keyof typeof closeCodes], ...row])
  .concat([[loginEnded, "the login has ended", "come back with a new login"]])
  .sort(([one], [other]) => Number(one) - Number(other));

const peerBudgets: Readonly<Record<keyof PeerRates, string>> = {
  messages: "messages of one peer",
  size: "characters of one peer",
  joins: "`join`s of one peer",
  candidates: "candidates of one peer",
  refusals: "refusals of one peer, by what they cost; then 1008",
};

const roomBudgets: Readonly<Record<keyof RoomRates, string>> = {
  deliveries: "notices in one room, times those who hear them",
  size: "characters in one room, times those who hear them",
  joins: "`join`s into one room",
  userJoins: "`join`s of one user into one room",
};

function budgetRows(): readonly Row[] {
  const row = (what: string, { perSecond, burst }: Rate): Row => [what, amount(perSecond), amount(burst)];
  return [
    ...Object.entries(peerBudgets).map(([name, what]) =>
      row(what, defaultPeerRates[name as keyof PeerRates]),
    ),
    ...Object.entries(roomBudgets).map(([name, what]) =>
      row(what, defaultRoomRates[name as keyof RoomRates]),
    ),
  ];
}

function boundRows(): readonly Row[] {
  const { maxPeersPerRoom, maxRooms, maxPeers, resumeWithin, idleTimeout, ring } = hubSettings({});
  return [
    ["peers in a room, unless configured otherwise", amount(maxPeersPerRoom), "`maxPeersPerRoom`"],
    ["rooms of a process", amount(maxRooms), "`maxRooms`"],
    ["peers of a process", amount(maxPeers), "`maxPeers`"],
    ["a lost connection keeps its place", `${resumeWithin / 1000} s`, "`resumeWithin`"],
    [
      "notices kept for those who come back",
      `${amount(ring.notices)}, ${amount(ring.size)} octets of JSON`,
      "`ring`",
    ],
    ["in no room and silent", `${idleTimeout / 1000} s`, "`idleTimeout`"],
  ];
}

function amount(number: number): string {
  return number.toLocaleString("en-GB");
}
