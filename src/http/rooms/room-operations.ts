/** What each route of `room-routes.ts` promises, in their order; `test/http/route-matrix.test.ts` holds them to it. */
import { roomsScope, socketsScope } from "../../auth/index.ts";
import type { Operation, RequestContent, Schema } from "../openapi/openapi-operation.ts";
import { pageLimits } from "./room-content.ts";

const of = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const json = (name: string): RequestContent => ({ content: { "application/json": of(name) } });

const refusedTokens = ["auth/missing-credentials", "token/invalid", "token/expired", "token/revoked"];
const refused = { 401: refusedTokens, 403: ["auth/insufficient-scope"] } as const;
const refusedUnsafe = { 401: refusedTokens, 403: ["auth/insufficient-scope", "http/cross-origin"] } as const;
const unavailable = { 503: ["rooms/unavailable"] } as const;

const common: Pick<Operation, "tags" | "security" | "limited"> = {
  tags: ["rooms"],
  security: [{ scheme: "access", scope: roomsScope }],
  limited: true,
};

const room = { description: "What the room is called.", schema: of("RoomName") };
const peer = { description: "As the room has it.", schema: { type: "string", minLength: 1, maxLength: 64 } };
const user = {
  description: "As the room has it: the account, or whom its room token named.",
  schema: { type: "string", minLength: 1 },
};

/** All of them. They refer to `roomSchemas`. */
export const roomOperations: readonly Operation[] = [
  {
    ...common,
    method: "GET",
    pattern: "/rooms",
    id: "listRooms",
    summary: "The rooms of all server processes",
    description: "In the order of their names.",
    parameters: [
      {
        name: "after",
        in: "query",
        description: "The `next` of the page before.",
        schema: { type: "string" },
      },
      {
        name: "limit",
        in: "query",
        description: "How many.",
        schema: { type: "integer", minimum: 1, maximum: pageLimits.most, default: pageLimits.usual },
      },
    ],
    responses: { 200: { description: "A page.", content: { "application/json": of("Rooms") } } },
    problems: { 400: ["http/malformed-query"], ...refused, ...unavailable },
  },
  {
    ...common,
    method: "GET",
    pattern: "/rooms/:room",
    id: "showRoom",
    summary: "A room and who is in it",
    path: { room },
    responses: { 200: { description: "The room.", content: { "application/json": of("Room") } } },
    problems: { ...refused, 404: ["rooms/unknown"], ...unavailable },
  },
  {
    ...common,
    method: "PUT",
    pattern: "/rooms/:room",
    id: "configureRoom",
    summary: "Make a room ahead, or change how it is kept",
    description: "What is left out stays as it is; in a new room, as the server's defaults are.",
    path: { room },
    request: json("RoomSettings"),
    responses: {
      201: { description: "Made." },
      204: { description: "Changed." },
    },
    problems: { ...refusedUnsafe, 422: ["rooms/invalid-settings"], ...unavailable },
  },
  {
    ...common,
    method: "DELETE",
    pattern: "/rooms/:room",
    id: "endRoom",
    summary: "End a room",
    description: "All are out of it, and may come back to a new one of this name.",
    path: { room },
    responses: { 204: { description: "It is over." } },
    problems: { ...refusedUnsafe, 404: ["rooms/unknown"], ...unavailable },
  },
  {
    ...common,
    method: "DELETE",
    pattern: "/rooms/:room/peers/:peer",
    id: "kickPeer",
    summary: "Put somebody out of a room",
    path: { room, peer },
    parameters: [
      {
        name: "ban",
        in: "query",
        description: "Whether its user may not come back while the room lasts.",
        schema: { type: "boolean", default: false },
      },
    ],
    responses: { 204: { description: "It is out." } },
    problems: {
      400: ["http/malformed-query"],
      ...refusedUnsafe,
      404: ["rooms/unknown", "rooms/unknown-peer"],
      ...unavailable,
    },
  },
  {
    ...common,
    method: "DELETE",
    pattern: "/rooms/:room/bans/:user",
    id: "unbanUser",
    summary: "Let a user come back who was banned",
    path: { room, user },
    responses: { 204: { description: "It may." } },
    problems: {
      ...refusedUnsafe,
      404: ["rooms/unknown", "rooms/unknown-ban"],
      ...unavailable,
    },
  },
  {
    ...common,
    method: "POST",
    pattern: "/rooms/:room/token",
    id: "mintRoomToken",
    summary: "A room token",
    description:
      "Leave to be in this room, as a role, until when: a JWT that a socket shows in place of a login, or beside one. It opens nothing else. The room need not be there. A server may let accounts that do not administer rooms have some.",
    security: [
      { scheme: "access", scope: roomsScope },
      { scheme: "access", scope: socketsScope },
    ],
    path: { room },
    request: { ...json("RoomTokenRequest"), required: false, description: "Without it, one for who asks." },
    responses: { 201: { description: "Minted.", content: { "application/json": of("RoomToken") } } },
    problems: {
      401: refusedTokens,
      403: ["auth/insufficient-scope", "http/cross-origin", "rooms/forbidden"],
      422: ["rooms/invalid-grant", "rooms/invalid-settings"],
    },
  },
];

/** What the tag of the operations means. */
export const roomTags: Readonly<Record<string, string>> = {
  rooms: "Rooms of calls, for those who administer them.",
};
