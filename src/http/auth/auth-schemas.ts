/**
 * The JSON Schemas (2020-12) of what the routes of logins take and give. The examples of what they take are requests
 * that work: the collections of requests are made of them.
 */
import type { Schema } from "../openapi/openapi-operation.ts";

const text: Schema = { type: "string" };
const secret: Schema = { type: "string", minLength: 1, format: "password" };
const seconds: Schema = { type: "integer", minimum: 0 };
const moment: Schema = { type: "integer", description: "Seconds since the epoch." };

const username: Schema = {
  type: "string",
  minLength: 3,
  maxLength: 32,
  pattern: "^[a-zA-Z0-9][a-zA-Z0-9._-]{2,31}$",
};

const scope: Schema = {
  type: "string",
  description:
    "Names with spaces between (RFC 6749 §3.3): `account`, to change it and its sessions; `sockets`, to open some; `rooms`, for administrators, to administer rooms.",
  pattern: "^[a-z]+( [a-z]+)*$",
};

const cookies: Schema = {
  type: "boolean",
  description:
    "Whether the tokens come as cookies (true) or in the content (false). By default as cookies to a page, in the content to a program.",
};

/** All of `properties` are required but the `optional` ones. */
function object(properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  const { optional = [], ...rest } = more as { readonly optional?: readonly string[] };
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", required, properties, ...rest };
}

/** By the names under which operations refer to them. */
export const authSchemas: Readonly<Record<string, Schema>> = {
  Registration: object(
    {
      username,
      password: {
        ...secret,
        description: "At least 8 characters, at most 256 bytes of UTF-8, none of the common ones.",
      },
    },
    { examples: [{ username: "alice", password: "seventeen-green-bottles" }] },
  ),
  Account: object({ id: text, username }),
  Login: object(
    { username: text, password: { type: "string", format: "password" }, scope, cookies },
    {
      optional: ["scope", "cookies"],
      examples: [{ username: "alice", password: "seventeen-green-bottles" }],
    },
  ),
  Tokens: object(
    {
      access_token: { type: "string", description: "A JWT (RFC 9068). Not there when it comes as a cookie." },
      token_type: { const: "Bearer" },
      expires_in: { ...seconds, description: "Seconds until the access token expires." },
      scope,
      session: { type: "string", description: "The id of the session." },
      refresh_expires_in: {
        ...seconds,
        description: "Seconds until the refresh token expires, unless it is used.",
      },
      refresh_token: {
        type: "string",
        pattern: "^bwr_[A-Za-z0-9_-]{64}$",
        description: "Good once, for the next pair. Not there when it comes as a cookie.",
      },
    },
    { optional: ["access_token", "refresh_token"] },
  ),
  Refresh: object(
    {
      grant_type: { const: "refresh_token", description: "As RFC 6749 §6 has it; may be left out." },
      refresh_token: { type: "string", description: "Not needed where the cookie is." },
      cookies: { ...cookies, type: ["boolean", "string"] },
    },
    {
      optional: ["grant_type", "refresh_token", "cookies"],
      examples: [{ grant_type: "refresh_token", refresh_token: "{{refresh_token}}" }],
    },
  ),
  CurrentSession: object({
    id: { type: "string", description: "Of the account." },
    username,
    session: text,
    scope,
    issued_at: moment,
    expires_at: { ...moment, description: "When the access token expires, in seconds since the epoch." },
  }),
  Sessions: object({
    sessions: {
      type: "array",
      description: "The one seen last first.",
      items: object({
        id: text,
        created_at: moment,
        last_seen_at: { ...moment, description: "The last login or refresh, in seconds since the epoch." },
        expires_at: moment,
        device: {
          type: "string",
          maxLength: 256,
          description: "What the client called itself (User-Agent).",
        },
        address: text,
        current: { type: "boolean", description: "Whether this is the one that asks." },
      }),
    },
  }),
  PasswordChange: object(
    { current_password: { type: "string", format: "password" }, new_password: secret, cookies },
    {
      optional: ["cookies"],
      examples: [
        {
          current_password: "seventeen-green-bottles",
          new_password: "eighteen-green-bottles",
        },
      ],
    },
  ),
  Ticket: object({
    ticket: { type: "string", pattern: "^bwt_[A-Za-z0-9_-]{43}$" },
    expires_in: { ...seconds, description: "Seconds." },
  }),
  TokenForm: object(
    {
      token: {
        type: "string",
        minLength: 1,
        description: "An access token, a refresh token or a room token.",
      },
      token_type_hint: { type: "string", description: "Not needed, and not looked at." },
    },
    { optional: ["token_type_hint"], examples: [{ token: "{{access_token}}" }] },
  ),
  Introspection: object(
    {
      active: { type: "boolean" },
      token_type: { const: "Bearer", description: "Of an access token." },
      scope,
      client_id: text,
      username,
      iat: moment,
      exp: moment,
      sub: { type: "string", description: "The id of the account." },
      aud: text,
      iss: text,
      jti: text,
      sid: { type: "string", description: "The id of the session." },
    },
    {
      description: "RFC 7662 §2.2. A token that is not active has `active` alone.",
      optional: [
        ...["token_type", "scope", "client_id", "username", "iat", "exp"],
        ...["sub", "aud", "iss", "jti", "sid"],
      ],
    },
  ),
  JwkSet: object({ keys: { type: "array", items: { type: "object", required: ["kty"] } } }),
};
