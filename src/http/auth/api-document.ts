/** The description of the whole API of a server with logins, as `GET /openapi.json` has it. */

import { socketsScope } from "../../auth/index.ts";
import { metricsOperation } from "../metrics/metrics-routes.ts";
import {
  type OpenApiDocument,
  type OpenApiOptions,
  openApiDocument,
  openApiOperation,
} from "../openapi/openapi.ts";
import type { Operation } from "../openapi/openapi-operation.ts";
import { healthOperation } from "../routing/health-routes.ts";
import { type CookieOptions, cookieNames } from "./auth-cookies.ts";
import { authOperations, authTags } from "./auth-operations.ts";
import { authSchemas } from "./auth-schemas.ts";

/** What the document says beside what it always says. */
export interface ApiDocumentOptions extends Partial<OpenApiOptions> {
  /** Where the sockets are; without, there are none. */
  readonly socketPath?: string | undefined;
  readonly cookie?: CookieOptions | undefined;
}

/**
 * The upgrade to a WebSocket as an operation: as much of it as OpenAPI can say. What is spoken afterwards it cannot.
 *
 * @param path such as `/ws`
 */
export function socketOperation(path: string): Operation {
  return {
    method: "GET",
    pattern: path,
    id: "openSocket",
    summary: "Open a WebSocket (RFC 6455)",
    description:
      'By the cookie, a ticket, or a bearer token; or without, and with `{"type":"auth","token":"…"}` as the first message within five seconds. The socket is closed with 4401 when the login ends.',
    tags: ["sockets"],
    security: [{ scheme: "access", scope: socketsScope }, { scheme: "none" }],
    parameters: [
      {
        name: "ticket",
        in: "query",
        description: "Of `POST /auth/ticket`.",
        schema: { type: "string", pattern: "^bwt_[A-Za-z0-9_-]{43}$" },
      },
    ],
    responses: { 101: { description: "From here on WebSocket is spoken." } },
    problems: {
      400: ["auth/token-in-query"],
      401: ["token/invalid", "token/expired", "token/revoked", "ticket/invalid"],
      403: ["http/cross-origin", "auth/insufficient-scope"],
      426: ["http/upgrade-required"],
    },
  };
}

/** What is there on a server of ours whatever it is for. */
export const serverOperations: readonly Operation[] = [
  healthOperation,
  metricsOperation,
  openApiOperation,
].map((operation) => ({ ...operation, tags: ["server"] }));

/** @throws {TypeError} when operations contradict each other, or refer to what is not there */
export function apiDocument(options: ApiDocumentOptions = {}): OpenApiDocument {
  const { socketPath, cookie, operations = [], schemas, tags, ...rest } = options;
  const sockets = socketPath === undefined ? [] : [socketOperation(socketPath)];
  return openApiDocument({
    title: "Barewire",
    version: "1",
    cookies: cookieNames(cookie),
    ...rest,
    operations: [...authOperations, ...sockets, ...operations, ...serverOperations],
    schemas: { ...authSchemas, ...schemas },
    tags: {
      ...authTags,
      ...(socketPath !== undefined && { sockets: "The way to a WebSocket." }),
      ...tags,
      server: "What those who run it ask it.",
    },
  });
}
