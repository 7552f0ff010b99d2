/**
 * Every route of the server × every way to say who one is, with the status that comes of it.
 *
 * The rows are compared with the router's own list: a route without a row fails. Every answer is held to what the
 * document of OpenAPI says about it.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { AccessTokenOptions, Session } from "../../src/auth/index.ts";
import { HttpServer } from "../../src/http/index.ts";
import { bearer, type Fields } from "./auth-client.ts";
import { ann, newWorld, start } from "./auth-world.ts";
import { DocumentSchemas } from "./openapi-schemas.ts";
import { grace, mallory } from "./rooms/fake-rooms.ts";
import { wholeApi } from "./whole-api.ts";

/**
 * The columns: `malformed`, a bearer token that is none; `expired` to `issuer`, one of ours with that fault; `scope`,
 * one that is good for nothing here; `foreign` and `own`, the access cookie with another origin's page and with our own
 * behind it; `bearer`, a good token; `foreign-r` and `own-r`, the refresh cookie likewise; `query`, a good token and
 * another in the URL; `plain`, a good token of somebody who administers nothing, as bearer; `room`, a room token likewise.
 */
const table = `
                              none malformed expired revoked audience issuer scope foreign own bearer foreign-r own-r query  plain room
POST /auth/register            201       201     201     201      201    201   201     403 201    201       403   201   400   201   201
POST /auth/token               200       200     200     200      200    200   200     403 200    200       403   200   400   200   200
POST /auth/refresh             401       401     401     401      401    401   401     403 401    401       403   200   400   401   401
POST /auth/logout              401       401     401     401      401    401   204     403 204    204       403   204   400   204   401
GET /auth/me                   401       401     401     401      401    401   200     200 200    200       401   401   400   200   401
GET /auth/sessions             401       401     401     401      401    401   403     200 200    200       401   401   400   200   401
DELETE /auth/sessions          401       401     401     401      401    401   403     403 204    204       401   401   400   204   401
DELETE /auth/sessions/:id      401       401     401     401      401    401   403     403 204    204       401   401   400   204   401
POST /auth/password            401       401     401     401      401    401   403     403 200    200       401   401   400   200   401
POST /auth/ticket              401       401     401     401      401    401   403     403 200    200       401   401   400   200   401
POST /auth/revoke              200       200     200     200      200    200   200     403 200    200       403   200   400   200   200
POST /auth/introspect          401       401     401     401      401    401   200     403 401    200       403   401   400   200   401
GET /.well-known/jwks.json     200       200     200     200      200    200   200     200 200    200       200   200   200   200   200
GET /rooms                     401       401     401     401      401    401   403     200 200    200       401   401   400   403   401
GET /rooms/:room               401       401     401     401      401    401   403     200 200    200       401   401   400   403   401
PUT /rooms/:room               401       401     401     401      401    401   403     403 204    204       401   401   400   403   401
DELETE /rooms/:room            401       401     401     401      401    401   403     403 204    204       401   401   400   403   401
DELETE /rooms/:room/peers/:peer 401      401     401     401      401    401   403     403 204    204       401   401   400   403   401
DELETE /rooms/:room/bans/:user 401       401     401     401      401    401   403     403 204    204       401   401   400   403   401
POST /rooms/:room/token        401       401     401     401      401    401   403     403 201    201       401   401   400   403   401
GET /healthz                   200       200     200     200      200    200   200     200 200    200       200   200   200   200   200
GET /metrics                   401       401     401     401      401    401   401     401 401    401       401   401   401   401   401
GET /ws                        426       426     426     426      426    426   426     426 426    426       426   426   426   426   426
GET /openapi.json              200       200     200     200      200    200   200     200 200    200       200   200   200   200   200
`;

const [header = "", ...lines] = table.trim().split("\n");
const columns = header.trim().split(/ +/);
const rows = lines.map((line) => {
  const [method = "", pattern = "", ...statuses] = line.split(/ +/);
  return { method, pattern, statuses: statuses.map(Number) };
});
const cells = rows.flatMap(({ method, pattern, statuses }) =>
  columns.map((column, at) => [method, pattern, column, statuses[at]!] as const),
);

/** Somebody with an account and an open session. */
interface Person {
  readonly username: string;
  readonly password: string;
  readonly session: Session;
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Shown {
  readonly headers: Fields;
  readonly query?: string;
}

const foreign = { origin: "https://evil.example" };

/** How a person says who they are, by column. */
const credentials: Readonly<Record<string, (person: Person) => Shown | Promise<Shown>>> = {
  none: () => ({ headers: {} }),
  malformed: () => ({ headers: { authorization: "Bearer not a token" } }),
  expired: ({ session }) => withToken(session, {}, start / 1000 - 600),
  revoked: async ({ session, accessToken }) => {
    await world.sessions.revokeToken(session);
    return { headers: bearer(accessToken) };
  },
  audience: ({ session }) => withToken(session, { audience: "https://b" }),
  issuer: ({ session }) => withToken(session, { issuer: "https://b" }),
  scope: ({ session }) => withToken({ ...session, scope: "tea" }),
  foreign: ({ accessToken }) => ({ headers: { ...accessCookie(accessToken), ...foreign } }),
  own: ({ accessToken }) => ({ headers: { ...accessCookie(accessToken), origin } }),
  bearer: ({ accessToken }) => ({ headers: bearer(accessToken) }),
  "foreign-r": ({ refreshToken }) => ({ headers: { ...refreshCookie(refreshToken), ...foreign } }),
  "own-r": ({ refreshToken }) => ({ headers: { ...refreshCookie(refreshToken), origin } }),
  query: ({ accessToken }) => ({ headers: bearer(accessToken), query: `?access_token=${accessToken}` }),
  plain: ({ session }) => withToken({ ...session, scope: "account sockets" }),
  room: ({ username }) => {
    const request = { user: username, name: username, room: "stand-up", role: "host" } as const;
    return { headers: bearer(world.roomTokens.issue(request, start / 1000, username).token) };
  },
};

const json = "application/json";
const form = "application/x-www-form-urlencoded";

/** What is sent besides, where there is something to send. */
const contents: Readonly<
  Record<string, (person: Person) => { readonly type: string; readonly content: object }>
> = {
  "POST /auth/register": ({ username, password }) => ({
    type: json,
    content: { username: `${username}-2`, password },
  }),
  "POST /auth/token": ({ username, password }) => ({ type: json, content: { username, password } }),
  "POST /auth/password": ({ password }) => ({
    type: json,
    content: { current_password: password, new_password: "seventeen green bottles" },
  }),
  "PUT /rooms/:room": () => ({ type: json, content: { capacity: 4 } }),
  "POST /rooms/:room/token": () => ({ type: json, content: { role: "viewer" } }),
  "POST /auth/revoke": ({ refreshToken }) => ({ type: form, content: { token: refreshToken } }),
  "POST /auth/introspect": ({ accessToken }) => ({ type: form, content: { token: accessToken } }),
};

const world = await newWorld((username) => username.startsWith("person-"));
const { router, document, rooms } = wholeApi(world, { metricsToken: "m".repeat(32) });
const schemas = new DocumentSchemas(document);
let origin: string;
let persons = 0;

beforeAll(async () => {
  const server = new HttpServer({ handler: router.handle });
  const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
  origin = `http://127.0.0.1:${port}`;
  return () => server.stop({ deadline: 0 });
});

async function newPerson(): Promise<Person> {
  const username = `person-${++persons}`;
  const account = await world.enrol(username);
  const place = { device: "", address: "192.0.2.1" };
  const { session, accessToken, refreshToken } = await world.sessions.open(account, place);
  return { username, password: ann.password, session, accessToken, refreshToken };
}

/** A token of ours that says something else. */
function withToken(session: Session, terms: Partial<AccessTokenOptions> = {}, at = start / 1000): Shown {
  return { headers: bearer(world.tokensWith(terms).issue(session, at, at + 3600).token) };
}

function accessCookie(token: string): Fields {
  return { cookie: `__Host-barewire_access=${token}` };
}

function refreshCookie(token: string): Fields {
  return { cookie: `__Secure-barewire_refresh=${token}` };
}

describe("the matrix", () => {
  it("has a row for every route, and none for what is no route", () => {
    const name = ({ method, pattern }: { method: string; pattern: string }): string => `${method} ${pattern}`;
    expect(rows.map(name).sort()).toEqual(router.routes.map(name).sort());
  });

  it("has a status in every cell", () => {
    expect(Object.keys(credentials)).toEqual(columns);
    for (const { statuses } of rows) {
      expect(statuses).toHaveLength(columns.length);
      expect(statuses.every((status) => status >= 200 && status < 500)).toBe(true);
    }
  });
});

describe("the document of OpenAPI", () => {
  it("has an operation for every route, and none for what is no route", () => {
    const described = Object.entries(schemas.document.paths as object).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
    );
    expect(described.sort()).toEqual(
      router.routes.map(({ method, pattern }) => `${method} ${pattern}`).sort(),
    );
  });
});

describe.each(columns)("whoever shows: %s", (column) => {
  const ofColumn = cells.filter(([, , name]) => name === column);

  it.each(ofColumn)("%s %s (%s) is answered %i, as documented", async (method, pattern, _column, status) => {
    const person = await newPerson();
    const { headers, query = "" } = await credentials[column]!(person);
    const sent = contents[`${method} ${pattern}`]?.(person);
    if (sent !== undefined) {
      expect(schemas.faultOfRequest(method, pattern, sent.type, sent.content)).toBeUndefined();
    }
    rooms.with("stand-up");
    const names = { id: person.session.sessionId, room: "stand-up", peer: grace.peer, user: mallory };
    const path = pattern.replace(/:(id|room|peer|user)/g, (_all, name: keyof typeof names) => names[name]);
    const response = await fetch(`${origin}${path}${query}`, {
      method,
      headers: { ...headers, ...(sent && { "content-type": sent.type }) },
      ...(sent && { body: encode(sent) }),
    });
    expect(response.status).toBe(status);
    const [type, text] = [response.headers.get("content-type") ?? undefined, await response.text()];
    expect(schemas.faultOfResponse(method, pattern, { status, type, text })).toBeUndefined();
    if (status === 401) expect(response.headers.has("www-authenticate")).toBe(true);
  });
});

function encode({ type, content }: { readonly type: string; readonly content: object }): string {
  if (type === json) return JSON.stringify(content);
  return new URLSearchParams(content as Record<string, string>).toString();
}
