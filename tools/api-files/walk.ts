/**
 * A walk through the API: requests that work one after the other, each made of an operation of the document and the
 * example of what it takes. Both collections of requests are written from it.
 */
import {
  authOperations,
  authSchemas,
  type Operation,
  roomOperations,
  roomSchemas,
  serverOperations,
  socketOperation,
} from "../../src/http/index.ts";

/** One request. In `{{…}}` are variables: those of {@link variables}, and what earlier answers had. */
export interface WalkRequest {
  readonly operation: Operation;
  /** Unique in the walk; a name that can stand in a reference. */
  readonly name: string;
  readonly title: string;
  /** Begins with "/". */
  readonly path: string;
  readonly credentials: Credentials;
  readonly content: Content | undefined;
  /** Which members of the answer later requests need, by the names that those know them by. */
  readonly captures: Readonly<Record<string, string>>;
  /** What the answer may be; the second time round, an account is there already. */
  readonly statuses: readonly number[];
}

export type Credentials = "none" | "basic" | { readonly bearer: string };

export interface Content {
  readonly type: "application/json" | "application/x-www-form-urlencoded";
  readonly members: Readonly<Record<string, string | number | boolean>>;
}

/** What whoever uses the files may want to change. */
export const variables: Readonly<Record<string, string>> = {
  origin: "http://localhost:8080",
  username: "alice",
  password: "seventeen-green-bottles",
  new_password: "eighteen-green-bottles",
  metrics_token: "the-token-of-the-metrics",
};

const operations: ReadonlyMap<string, Operation> = new Map(
  [...authOperations, socketOperation("/ws"), ...roomOperations, ...serverOperations].map((operation) => [
    operation.id,
    operation,
  ]),
);

const schemas = { ...authSchemas, ...roomSchemas };

/** What a request of the walk says beside its operation. */
interface Step {
  readonly name?: string;
  readonly title?: string;
  /** In place of members of the example; undefined leaves one out. */
  readonly members?: Readonly<Record<string, string | undefined>>;
  /** In place of the names in the pattern. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly credentials?: Credentials;
  readonly captures?: Readonly<Record<string, string>>;
  readonly status?: number;
}

const access: Credentials = { bearer: "{{access_token}}" };
const credentials = { username: "{{username}}", password: "{{password}}" };
const room = { room: "stand-up" };
const pair = { access_token: "access_token", refresh_token: "refresh_token" };

/** The requests, in an order in which they all work. */
export const walk: readonly WalkRequest[] = [
  request("register", { members: credentials }),
  request("logIn", { members: credentials, captures: pair }),
  request("me"),
  request("listSessions"),
  request("refresh", { members: { refresh_token: "{{refresh_token}}" }, captures: pair }),
  request("issueTicket", { captures: { ticket: "ticket" } }),
  request("openSocket", {
    title: "Where the ticket goes. Only a WebSocket gets in; whoever speaks HTTP is told so",
    query: "?ticket={{ticket}}",
    credentials: "none",
    status: 426,
  }),
  request("changePassword", {
    members: { current_password: "{{password}}", new_password: "{{new_password}}" },
    captures: pair,
  }),
  request("changePassword", {
    name: "changePasswordBack",
    title: "And back, so that all of this works a second time",
    members: { current_password: "{{new_password}}", new_password: "{{password}}" },
    captures: pair,
  }),
  request("introspect", { members: { token: "{{access_token}}" } }),
  request("configureRoom", {
    title: "Make a room ahead. From here on for administrators of rooms: barewire serve --admin alice",
    path: room,
  }),
  request("listRooms"),
  request("showRoom", { path: room }),
  request("mintRoomToken", { path: room }),
  request("kickPeer", {
    title: "Put somebody out of a room; in this one nobody is",
    path: { ...room, peer: "nobody" },
    status: 404,
  }),
  request("unbanUser", {
    title: "Let a user come back who was banned; from this room nobody is",
    path: { ...room, user: "nobody" },
    status: 404,
  }),
  request("endRoom", { path: room }),
  request("logIn", {
    name: "logInWithBasic",
    title: "Log in once more, with Basic",
    credentials: "basic",
    captures: { other_session: "session" },
  }),
  request("endSession", { path: { id: "{{other_session}}" } }),
  request("endSessions", { title: "End all sessions of the account but this one", query: "?keep=current" }),
  request("logIn", {
    name: "logInToRevoke",
    title: "Log in for a token to give up",
    members: credentials,
    captures: { other_token: "refresh_token" },
  }),
  request("revoke", { members: { token: "{{other_token}}" } }),
  request("logOut"),
  request("keys"),
  request("health"),
  request("metrics", { credentials: { bearer: "{{metrics_token}}" } }),
  request("openApi"),
];

/** @throws {TypeError} when there is no such operation, or it has no example where content is needed */
function request(id: string, step: Step = {}): WalkRequest {
  const operation = operations.get(id);
  if (operation === undefined) throw new TypeError(`there is no operation ${id}`);
  const usesAccess = operation.security.some(({ scheme }) => scheme === "access" || scheme === "bearer");
  const shown = step.credentials ?? (usesAccess ? access : "none");
  const [good] = Object.keys(operation.responses).map(Number);
  const status = step.status ?? good!;
  return {
    operation,
    name: step.name ?? id,
    title: step.title ?? operation.summary,
    path:
      operation.pattern.replace(/:(\w+)/g, (_all, name: string) => step.path![name]!) + (step.query ?? ""),
    credentials: shown,
    content: shown === "basic" ? undefined : contentOf(operation, step.members),
    captures: step.captures ?? {},
    statuses: id === "register" ? [status, 409] : [status],
  };
}

/** The example of the operation, with `members` in it. A form where it takes one: that is what the RFCs have. */
function contentOf({ id, request: taken }: Operation, members: Step["members"] = {}): Content | undefined {
  if (taken === undefined) return undefined;
  const types: readonly Content["type"][] = ["application/x-www-form-urlencoded", "application/json"];
  const type = types.find((each) => taken.content[each] !== undefined);
  const schema = type && schemas[String(taken.content[type]!.$ref).split("/").at(-1)!];
  const [example] = (schema?.examples ?? []) as readonly Content["members"][];
  if (type === undefined || example === undefined) throw new TypeError(`${id} has no example of its content`);
  const all = Object.entries({ ...example, ...members }).filter(([, value]) => value !== undefined);
  return { type, members: Object.fromEntries(all) as Content["members"] };
}
