/** The JSON Schemas (2020-12) of what the routes of rooms take and give, with examples that work. */
import { defaultRoomTokenLifetime, maxRoomTokenLifetime, roomRoles } from "../../auth/index.ts";
import type { Schema } from "../openapi/openapi-operation.ts";
import { defaultKeepEmpty, maxCapacity, maxKeepEmpty } from "./room-content.ts";

const text: Schema = { type: "string", minLength: 1, maxLength: 128 };
const count: Schema = { type: "integer", minimum: 0 };
const name: Schema = { $ref: "#/components/schemas/RoomName" };
const role: Schema = { enum: [...roomRoles] };

const summary: Readonly<Record<string, Schema>> = {
  room: name,
  members: {
    ...count,
    description: "Those whose connection is lost and whose place is kept are among them.",
  },
  connected: count,
  capacity: { ...count, description: "Not there while nobody has configured the room or entered it." },
  locked: { type: "boolean", description: "Whether nobody new gets in." },
};

const always = Object.keys(summary).filter((name) => name !== "capacity");

/** By the names under which operations refer to them. */
export const roomSchemas: Readonly<Record<string, Schema>> = {
  RoomName: {
    type: "string",
    pattern: "^[A-Za-z0-9._~-]{1,64}$",
    description: 'Not "." or "..", which URLs do not lead to.',
  },
  Rooms: {
    type: "object",
    required: ["rooms", "total"],
    properties: {
      rooms: {
        type: "array",
        items: { type: "object", required: always, properties: summary },
      },
      total: { ...count, description: "How many there are in all." },
      next: { ...name, description: "Where the next page begins, if there is one: its `after`." },
    },
  },
  Room: {
    type: "object",
    required: [...always, "peers", "banned"],
    properties: {
      ...summary,
      peers: {
        type: "array",
        items: {
          type: "object",
          required: ["peer", "user", "name", "role", "connected"],
          properties: {
            peer: { type: "string" },
            user: { type: "string", description: "The account, or whom its room token names." },
            name: { type: "string" },
            role,
            connected: { type: "boolean" },
          },
        },
      },
      banned: { type: "array", items: { type: "string" }, description: "Users who may not come back." },
    },
  },
  RoomSettings: {
    type: "object",
    properties: {
      capacity: { type: "integer", minimum: 1, maximum: maxCapacity, description: "How many members." },
      locked: { type: "boolean" },
      keep_empty: {
        type: "integer",
        minimum: 0,
        maximum: maxKeepEmpty,
        description: `Seconds that the room is kept while nobody is in it; for a new one ${defaultKeepEmpty}.`,
      },
    },
    examples: [{ capacity: 8, locked: false, keep_empty: 600 }],
  },
  RoomTokenRequest: {
    type: "object",
    properties: {
      user: {
        ...text,
        description: "Whom it is for: the id of an account, or any name. Who asks, by default.",
      },
      name: { ...text, description: "What people read; by default the username, or `user`." },
      role: { ...role, default: "member" },
      publish: { type: "boolean", description: "Send media, and chat. By default all but viewers may." },
      subscribe: { type: "boolean", default: true, description: "Receive." },
      expires_in: {
        type: "integer",
        minimum: 1,
        maximum: maxRoomTokenLifetime,
        default: defaultRoomTokenLifetime,
        description: "Seconds.",
      },
    },
    examples: [{ user: "guest-7", name: "Grace", role: "viewer", expires_in: 600 }],
  },
  RoomToken: {
    type: "object",
    required: ["token", "expires_in"],
    properties: {
      token: { type: "string", description: "A JWT of the type room+jwt." },
      expires_in: { type: "integer", minimum: 1, description: "Seconds." },
      url: {
        type: "string",
        description: "Where the WebSocket is that takes it, if it is known.",
      },
    },
  },
};
