/**
 * Every code that a problem of ours can have: its status, and what it means for who gets it. `docs/problems.md` is
 * made of this table; a code without a row does not compile.
 */
import type { AuthErrorCode } from "../../auth/index.ts";
import type { HttpProblemCode } from "./problem.ts";

/** What a machine's own troubles are called at its start; no response has them. */
type StartCode = Exclude<Extract<AuthErrorCode, `${"store" | "key"}/${string}`>, "store/failed">;

/** What a response can have as `code`. */
export type ProblemCode = HttpProblemCode | Exclude<AuthErrorCode, StartCode>;

/** A row of {@link problemCodes}. */
export interface ProblemDescription {
  readonly status: number;
  /** One sentence. */
  readonly meaning: string;
}

/** The table, by code. */
export const problemCodes: Readonly<Record<ProblemCode, ProblemDescription>> = {
  "http/malformed-request": { status: 400, meaning: "The bytes are not a request of HTTP/1.1." },
  "http/malformed-target": { status: 400, meaning: "The path could be read in two ways, or not at all." },
  "http/duplicate-field": { status: 400, meaning: "A field that has one value came more than once." },
  "http/missing-host": { status: 400, meaning: "The request has no Host field." },
  "http/empty-content": { status: 400, meaning: "The request has no content, and needs some." },
  "http/malformed-content": { status: 400, meaning: "The content is not what is expected here." },
  "http/malformed-form": {
    status: 400,
    meaning: "The form is not percent-encoded UTF-8, repeats a name, or has more than 64 members.",
  },
  "http/malformed-query": {
    status: 400,
    meaning: "A parameter in the query has a value that it cannot have.",
  },
  "http/incomplete-content": { status: 400, meaning: "The content broke off." },
  "http/content-too-large": { status: 413, meaning: "The content is longer than the server reads." },
  "http/content-timeout": { status: 408, meaning: "The content did not arrive in time." },
  "http/request-timeout": { status: 408, meaning: "The head of the request did not arrive in time." },
  "http/header-too-large": { status: 431, meaning: "The head of the request is too long." },
  "http/unsupported-media-type": {
    status: 415,
    meaning: "The content is not of the type that Accept names.",
  },
  "http/unsupported-content-coding": { status: 415, meaning: "The content is compressed." },
  "http/not-found": { status: 404, meaning: "There is nothing at this path." },
  "http/method-not-allowed": { status: 405, meaning: "The resource has other methods, which Allow names." },
  "http/expectation-failed": {
    status: 417,
    meaning: "The request expects something else than 100-continue.",
  },
  "http/not-implemented": { status: 501, meaning: "The server is no proxy." },
  "http/upgrade-required": { status: 426, meaning: "The resource speaks WebSocket only." },
  "http/cross-origin": {
    status: 403,
    meaning: "The request must come from this site's own pages, and does not prove it.",
  },
  "http/rate-limited": {
    status: 429,
    meaning: "There were too many requests; Retry-After says when to go on.",
  },
  "http/unavailable": { status: 503, meaning: "The server is full or stopping; try again later." },
  "http/internal": { status: 500, meaning: "The server failed; its log says why." },
  "account/invalid-username": {
    status: 422,
    meaning: "The name has a length or characters that no name may have.",
  },
  "account/weak-password": {
    status: 422,
    meaning: "The password is too short, too long, or one of the common ones.",
  },
  "account/taken": { status: 409, meaning: "Somebody has this name already." },
  "auth/bad-credentials": { status: 401, meaning: "The name, the password or both are wrong." },
  "auth/missing-credentials": { status: 401, meaning: "The request says nothing about who makes it." },
  "auth/malformed-credentials": { status: 401, meaning: "The Basic credentials cannot be read." },
  "auth/invalid-scope": { status: 400, meaning: "A login was asked for more than a login gives." },
  "auth/insufficient-scope": { status: 403, meaning: "The token is good, but was not given for this." },
  "auth/unsupported-grant": { status: 400, meaning: "The grant_type is another than refresh_token." },
  "auth/token-in-query": {
    status: 400,
    meaning: "A token came in the query string, where logs and histories keep it; it should be ended.",
  },
  "auth/metrics-closed": { status: 403, meaning: "The server has no token configured for its metrics." },
  "auth/other-account": {
    status: 403,
    meaning: "On a socket, in band: the token is somebody else's than who is logged in there.",
  },
  "auth/busy": { status: 503, meaning: "Too many logins wait for their turn; try again later." },
  "token/invalid": { status: 401, meaning: "The access token is none of this server's." },
  "token/expired": { status: 401, meaning: "The access token has expired; refresh it." },
  "token/revoked": { status: 401, meaning: "The access token, or the session it belongs to, was ended." },
  "refresh/invalid": {
    status: 401,
    meaning: "The refresh token is none of this server's, or its session was ended.",
  },
  "refresh/expired": { status: 401, meaning: "The session is over; log in again." },
  "refresh/reused": {
    status: 401,
    meaning: "The refresh token was used before, so somebody has a copy; its session has been ended.",
  },
  "session/unknown": { status: 404, meaning: "The account has no such session." },
  "ticket/invalid": { status: 401, meaning: "The ticket is unknown, used, too old, or another origin's." },
  "rooms/unknown": { status: 404, meaning: "There is no room of this name now." },
  "rooms/unknown-peer": { status: 404, meaning: "Nobody in the room has this id." },
  "rooms/unknown-ban": { status: 404, meaning: "No such user is banned from the room." },
  "rooms/invalid-settings": {
    status: 422,
    meaning: "A room cannot be called so, or a number is not within its bounds.",
  },
  "rooms/forbidden": {
    status: 403,
    meaning: "The server lets accounts have some room tokens, and this is none of them.",
  },
  "rooms/unavailable": {
    status: 503,
    meaning: "The room cannot be changed now, as what its processes share does not answer; try again later.",
  },
  "rooms/invalid-grant": {
    status: 422,
    meaning: "A room token was asked for with a user, a name, a role or a lifetime that none can have.",
  },
  "store/failed": {
    status: 503,
    meaning: "The server could not write down what was asked; try again later.",
  },
};
