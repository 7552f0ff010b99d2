/**
 * `docs/signalling.asyncapi.json`: the same as an AsyncAPI 3.0 document, as the server sees it: it receives commands
 * and sends notices.
 *
 * https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */

import { cookieNames } from "../../src/http/index.ts";
import { commands } from "../../src/signalling/commands.ts";
import { subprotocol } from "../../src/signalling/protocol.ts";
import type { Schema, Shape } from "../../src/signalling/shapes.ts";
import { answering, consequences } from "./answers.ts";
import { definitions } from "./json-schema.ts";
import { loginCommands, loginNotices } from "./logins.ts";
import { notices } from "./notices.ts";

const channel = { $ref: "#/channels/signalling" };
const schemas = definitions("#/components/schemas/");

/** By the name of its schema. */
const messages: Readonly<Record<string, Schema>> = Object.fromEntries(
  [commands, notices, loginCommands, loginNotices]
    .flatMap((shapes) => Object.values<Shape<object>>(shapes).map(titleOf))
    .map((title) => [title, messageOf(title)]),
);

/** The document. */
export function signallingAsyncApi(): Schema {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Barewire signalling",
      version: "1.0.0",
      description:
        "Rooms in which peers find each other and set up WebRTC calls. Explained in docs/signalling.md.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      local: {
        host: "localhost:8080",
        protocol: "ws",
        description: "What `barewire serve` listens on; behind TLS it is `wss`.",
        security: ["bearer", "cookie", "ticket"].map((name) => ({
          $ref: `#/components/securitySchemes/${name}`,
        })),
      },
    },
    channels: {
      signalling: {
        address: "/ws",
        title: subprotocol,
        description: "A WebSocket (RFC 6455) of this subprotocol. Each text message is one of these.",
        servers: [{ $ref: "#/servers/local" }],
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: "GET", headers: handshakeFields, bindingVersion: "0.1.0" } },
      },
    },
    operations: { ...commandOperations(), ...noticeOperations() },
    components: { schemas, messages, securitySchemes },
  };
}

/** RFC 6455 §4.1: the subprotocol is asked for in the opening handshake. */
const handshakeFields = {
  type: "object",
  properties: { "Sec-WebSocket-Protocol": { type: "string", const: subprotocol } },
  required: ["Sec-WebSocket-Protocol"],
};

const securitySchemes = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token or a room token, in the Authorization field; or in band, as TokenLogin.",
  },
  cookie: {
    type: "httpApiKey",
    name: cookieNames().access,
    in: "cookie",
    description: "Of pages of the same origin.",
  },
  ticket: {
    type: "httpApiKey",
    name: "ticket",
    in: "query",
    description: "From POST /auth/ticket, good once.",
  },
};

function commandOperations(): Schema {
  const operations = Object.entries(consequences).map(([type, { answers }]) => {
    const shape = commands[type as keyof typeof commands];
    const replies = [...answers.map((answer) => titleOf(notices[answer])), titleOf(notices.error)];
    return [
      type,
      {
        action: "receive",
        channel,
        summary: shape.schema.description,
        messages: [inChannel(titleOf(shape))],
        reply: { channel, messages: replies.map(inChannel) },
      },
    ];
  });
  const login = {
    action: "receive",
    channel,
    summary: "Shows a login, or a newer one.",
    messages: Object.values<Shape<object>>(loginCommands).map(titleOf).map(inChannel),
    reply: { channel, messages: [loginNotices.accepted, loginNotices.refused].map(titleOf).map(inChannel) },
  };
  return { ...Object.fromEntries(operations), login };
}

/** What comes without having been asked for. */
function noticeOperations(): Schema {
  const unasked = Object.entries<Shape<object>>(notices).filter(([type]) => !answering.has(type as never));
  const told = [...unasked, ["session-ended", loginNotices["session-ended"]] as const].map(
    ([type, shape]) => [
      `tell-${type}`,
      {
        action: "send",
        channel,
        summary: shape.schema.description,
        messages: [inChannel(titleOf(shape))],
      },
    ],
  );
  return Object.fromEntries(told);
}

function inChannel(title: string): Schema {
  return { $ref: `${channel.$ref}/messages/${title}` };
}

function messageOf(title: string): Schema {
  const { description, properties, examples } = schemas[title]!;
  const answered = "id" in (properties as object);
  return {
    name: title,
    summary: description,
    payload: { $ref: `#/components/schemas/${title}` },
    ...(answered && { correlationId: { location: "$message.payload#/id" } }),
    examples: (examples as readonly object[]).map((payload) => ({ payload })),
  };
}

function titleOf({ schema }: Shape<object>): string {
  return schema.title as string;
}
