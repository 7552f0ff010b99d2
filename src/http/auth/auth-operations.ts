/**
 * What each route of `auth-routes.ts` promises, in their order: the part of the document of OpenAPI that is about
 * logins. `test/http/route-matrix.test.ts` holds the routes to it.
 */
import { accountScope, socketsScope } from "../../auth/index.ts";
import type { GoodResponse, Operation, RequestContent, Schema } from "../openapi/openapi-operation.ts";

const of = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const json = (name: string): RequestContent => ({ content: { "application/json": of(name) } });

const form = (name: string): RequestContent => ({
  content: { "application/x-www-form-urlencoded": of(name) },
});

const answer = (name: string, description: string): GoodResponse => ({
  description,
  content: { "application/json": of(name) },
});

const cookiesSet = "For a page: both tokens.";
const cookiesCleared = "The end of both cookies.";

/** Why an access token is refused. */
const refusedTokens = ["auth/missing-credentials", "token/invalid", "token/expired", "token/revoked"];

const logins: readonly Operation[] = [
  {
    method: "POST",
    pattern: "/auth/register",
    id: "register",
    summary: "Make an account",
    description: "It does not log in.",
    tags: ["logins"],
    security: [{ scheme: "none" }],
    request: json("Registration"),
    responses: { 201: answer("Account", "The account.") },
    problems: {
      403: ["http/cross-origin"],
      409: ["account/taken"],
      422: ["account/invalid-username", "account/weak-password"],
    },
    limited: true,
  },
  {
    method: "POST",
    pattern: "/auth/token",
    id: "logIn",
    summary: "Log in",
    description:
      "With Basic credentials, or the same as JSON. Opens a session. A page gets its tokens as cookies only, a program in the content only, unless `cookies` says otherwise.",
    tags: ["logins"],
    security: [{ scheme: "basic" }, { scheme: "none" }],
    request: {
      ...json("Login"),
      required: false,
      description: "Not read where there are Basic credentials.",
    },
    responses: {
      200: { ...answer("Tokens", "Logged in."), headers: { "set-cookie": cookiesSet } },
    },
    problems: {
      400: ["auth/invalid-scope", "auth/token-in-query"],
      401: ["auth/bad-credentials", "auth/missing-credentials", "auth/malformed-credentials"],
      403: ["http/cross-origin"],
    },
    limited: true,
  },
  {
    method: "POST",
    pattern: "/auth/refresh",
    id: "refresh",
    summary: "Exchange a refresh token for the next pair",
    description:
      "A refresh token is good once. When a spent one comes again after ten seconds, somebody has a copy, and the session is ended. What comes as a cookie goes out as one.",
    tags: ["logins"],
    security: [{ scheme: "refresh" }, { scheme: "none" }],
    request: {
      required: false,
      description: "Without it, the cookie counts.",
      content: { "application/json": of("Refresh"), "application/x-www-form-urlencoded": of("Refresh") },
    },
    responses: {
      200: { ...answer("Tokens", "The next pair."), headers: { "set-cookie": cookiesSet } },
    },
    problems: {
      401: ["auth/missing-credentials", "refresh/invalid", "refresh/expired", "refresh/reused"],
    },
    limited: true,
  },
  {
    method: "POST",
    pattern: "/auth/logout",
    id: "logOut",
    summary: "End this session",
    tags: ["logins"],
    security: [{ scheme: "access" }, { scheme: "refresh" }],
    responses: { 204: { description: "It is over.", headers: { "set-cookie": cookiesCleared } } },
    problems: { 401: refusedTokens },
  },
];

const sessions: readonly Operation[] = [
  {
    method: "GET",
    pattern: "/auth/me",
    id: "me",
    summary: "Who is asking",
    tags: ["sessions"],
    security: [{ scheme: "access" }],
    responses: { 200: answer("CurrentSession", "What the access token stands for.") },
    problems: { 401: refusedTokens },
  },
  {
    method: "GET",
    pattern: "/auth/sessions",
    id: "listSessions",
    summary: "The sessions of the account",
    tags: ["sessions"],
    security: [{ scheme: "access", scope: accountScope }],
    responses: { 200: answer("Sessions", "All of them.") },
    problems: { 401: refusedTokens, 403: ["auth/insufficient-scope"] },
  },
  {
    method: "DELETE",
    pattern: "/auth/sessions",
    id: "endSessions",
    summary: "End all sessions of the account",
    tags: ["sessions"],
    security: [{ scheme: "access", scope: accountScope }],
    parameters: [
      {
        name: "keep",
        in: "query",
        description: "Ends all but the one that asks.",
        schema: { const: "current" },
      },
    ],
    responses: { 204: { description: "They are over.", headers: { "set-cookie": cookiesCleared } } },
    problems: {
      400: ["http/malformed-query"],
      401: refusedTokens,
      403: ["auth/insufficient-scope", "http/cross-origin"],
    },
  },
  {
    method: "DELETE",
    pattern: "/auth/sessions/:id",
    id: "endSession",
    summary: "End one session of the account",
    tags: ["sessions"],
    security: [{ scheme: "access", scope: accountScope }],
    path: {
      id: { description: "As the list of sessions has it.", schema: { type: "string", minLength: 1 } },
    },
    responses: { 204: { description: "It is over.", headers: { "set-cookie": cookiesCleared } } },
    problems: {
      401: refusedTokens,
      403: ["auth/insufficient-scope", "http/cross-origin"],
      404: ["session/unknown"],
    },
  },
  {
    method: "POST",
    pattern: "/auth/password",
    id: "changePassword",
    summary: "Change the password",
    description: "Ends all other sessions of the account, and gives this one a new pair of tokens.",
    tags: ["sessions"],
    security: [{ scheme: "access", scope: accountScope }],
    request: json("PasswordChange"),
    responses: {
      200: { ...answer("Tokens", "Changed."), headers: { "set-cookie": cookiesSet } },
    },
    problems: {
      401: [...refusedTokens, "auth/bad-credentials"],
      403: ["auth/insufficient-scope", "http/cross-origin"],
      422: ["account/weak-password"],
    },
    limited: true,
  },
  {
    method: "POST",
    pattern: "/auth/ticket",
    id: "issueTicket",
    summary: "A ticket for one WebSocket",
    description:
      "Good once, for half a minute, from the origin that asked for it: what may stand in a URL, where a token must not.",
    tags: ["sessions"],
    security: [{ scheme: "access", scope: socketsScope }],
    responses: { 200: answer("Ticket", "For the parameter `ticket` of the upgrade.") },
    problems: { 401: refusedTokens, 403: ["auth/insufficient-scope", "http/cross-origin"] },
    limited: true,
  },
];

const tokens: readonly Operation[] = [
  {
    method: "POST",
    pattern: "/auth/revoke",
    id: "revoke",
    summary: "Give up a token (RFC 7009)",
    description: "With a refresh token, its session ends. To have the token is enough.",
    tags: ["tokens"],
    security: [{ scheme: "none" }],
    request: form("TokenForm"),
    responses: { 200: { description: "It is of no use any more, or never was." } },
    problems: { 403: ["http/cross-origin"] },
    limited: true,
  },
  {
    method: "POST",
    pattern: "/auth/introspect",
    id: "introspect",
    summary: "What a token is good for (RFC 7662)",
    description:
      "A resource server may ask about any token, the bearer of one about those of the same account.",
    tags: ["tokens"],
    security: [{ scheme: "server" }, { scheme: "bearer" }],
    request: form("TokenForm"),
    responses: { 200: answer("Introspection", "What there is to say.") },
    problems: { 401: [...refusedTokens, "auth/bad-credentials"], 403: ["http/cross-origin"] },
    limited: true,
  },
  {
    method: "GET",
    pattern: "/.well-known/jwks.json",
    id: "keys",
    summary: "The keys that access tokens are verified with (RFC 7517 §5)",
    tags: ["tokens"],
    security: [{ scheme: "none" }],
    responses: {
      200: { description: "A JWK Set.", content: { "application/jwk-set+json": of("JwkSet") } },
    },
  },
];

/** All of them. They refer to `authSchemas`. */
export const authOperations: readonly Operation[] = [...logins, ...sessions, ...tokens];

/** What the tags of the operations mean, in the order in which they should be shown. */
export const authTags: Readonly<Record<string, string>> = {
  logins: "From a password to a pair of tokens, to the next pair, to the end.",
  sessions: "What somebody who is logged in may see and do about it.",
  tokens: "Tokens given up, asked about, verified.",
};
