/**
 * OpenAPI 3.1: a document made from a list of operations.
 *
 * https://spec.openapis.org/oas/v3.1.1.html
 *
 * The same list gives the same document, byte for byte: paths in the order of the list, methods and statuses
 * in an order of their own.
 */

import type { CookieNames } from "../auth/auth-cookies.ts";
import type { Handler } from "../message/handler.ts";
import { jsonResponse } from "../message/response.ts";
import { checkOperations, checkReferences } from "./openapi-checks.ts";
import { problemResponses, problemSchema, securitySchemes } from "./openapi-components.ts";
import type { GoodResponse, Operation, Requirement, Schema } from "./openapi-operation.ts";

/** What the document says beside the operations. */
export interface OpenApiOptions {
  readonly title: string;
  /** Of the API, not of OpenAPI. */
  readonly version: string;
  readonly description?: string | undefined;
  readonly operations: readonly Operation[];
  /** Schemas that operations refer to as `#/components/schemas/<name>`. `Problem` is there already. */
  readonly schemas?: Readonly<Record<string, Schema>> | undefined;
  /** The tags in the order in which they should be shown, each with a sentence. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly cookies?: CookieNames | undefined;
}

/** A document of OpenAPI 3.1, ready for `JSON.stringify`. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/**
 * The document that describes `operations`.
 *
 * @throws {TypeError} when two operations have one place or one id, a pattern cannot be described, or a
 *   reference or a tag leads nowhere
 */
export function openApiDocument(options: OpenApiOptions): OpenApiDocument {
  const { title, version, description, operations, schemas = {}, tags = {}, cookies } = options;
  checkOperations(operations, Object.keys(tags));
  const document = {
    openapi: "3.1.1",
    info: { title, version, ...(description !== undefined && { description }) },
    // Where it was fetched from: the document does not know under which name the server is reached.
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, sentence]) => ({ name, description: sentence })),
    paths: pathsOf(operations),
    components: {
      securitySchemes: securitySchemes(cookies),
      schemas: { ...schemas, Problem: problemSchema },
      responses: problemResponses,
    },
  };
  checkReferences(document, document);
  return document;
}

/** Answers `GET /openapi.json`. Public, for five minutes the same. */
export function openApiRoute(document: OpenApiDocument): Handler {
  const response = jsonResponse(200, document, {
    "cache-control": "public, max-age=300",
    "cross-origin-resource-policy": "cross-origin",
  });
  return () => response;
}

/** The description of {@link openApiRoute} itself. */
export const openApiOperation: Operation = {
  method: "GET",
  pattern: "/openapi.json",
  id: "openApi",
  summary: "This document",
  security: [{ scheme: "none" }],
  responses: {
    200: { description: "An OpenAPI 3.1 document.", content: { "application/json": { type: "object" } } },
  },
};

/**
 * A pattern of the router as a path template: `/rooms/:room` → `/rooms/{room}`.
 *
 * @throws {TypeError} when it ends in `*`: a parameter of OpenAPI holds one segment
 */
export function pathTemplate(pattern: string): string {
  if (pattern.endsWith("*")) throw new TypeError(`${pattern} takes any path: OpenAPI cannot say that`);
  return pattern.replace(/:(\w+)/g, "{$1}");
}

/** The order in which a Path Item lists its methods. */
const methodOrder: Readonly<Record<Operation["method"], number>> = {
  GET: 0,
  PUT: 1,
  POST: 2,
  PATCH: 3,
  DELETE: 4,
};

function pathsOf(operations: readonly Operation[]): Readonly<Record<string, unknown>> {
  const byPath = Map.groupBy(operations, ({ pattern }) => pathTemplate(pattern));
  return Object.fromEntries(
    [...byPath].map(([path, there]) => {
      const sorted = there.toSorted((a, b) => methodOrder[a.method] - methodOrder[b.method]);
      return [
        path,
        Object.fromEntries(sorted.map((each) => [each.method.toLowerCase(), operationObject(each)])),
      ];
    }),
  );
}

function operationObject(operation: Operation): Readonly<Record<string, unknown>> {
  const { id, summary, description, tags, request } = operation;
  const parameters = [...pathParameters(operation), ...(operation.parameters ?? [])];
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags }),
    ...(parameters.length > 0 && { parameters }),
    ...(request !== undefined && {
      requestBody: {
        ...(request.description !== undefined && { description: request.description }),
        required: request.required ?? true,
        content: mediaTypes(request.content),
      },
    }),
    responses: responsesOf(operation),
    security: operation.security.flatMap(requirementObjects),
  };
}

function pathParameters({ pattern, path = {} }: Operation): readonly Readonly<Record<string, unknown>>[] {
  return [...pattern.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    ...(path[name!] ?? { schema: { type: "string", minLength: 1 } }),
  }));
}

function mediaTypes(content: Readonly<Record<string, Schema>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }]));
}

/** OpenAPI §4.8.30: one object is enough to get in; an empty one says that nothing is needed. */
function requirementObjects(
  requirement: Requirement,
): readonly Readonly<Record<string, readonly string[]>>[] {
  switch (requirement.scheme) {
    case "none":
      return [{}];
    case "access": {
      const scopes = requirement.scope === undefined ? [] : [requirement.scope];
      return [{ bearer: scopes }, { cookie: scopes }];
    }
    case "refresh":
      return [{ refreshCookie: [] }];
    case "bearer":
      return [{ bearer: [] }];
    case "basic":
      return [{ basic: [] }];
    case "server":
      return [{ resourceServer: [] }];
    case "metrics":
      return [{ metricsToken: [] }];
  }
}

function responsesOf(operation: Operation): Readonly<Record<string, unknown>> {
  const good = Object.entries(operation.responses).map(([status, response]) => {
    return [status, goodResponse(response, operation.limited ?? false)] as const;
  });
  const shared = sharedStatuses(operation).map((status) => {
    return [String(status), { $ref: `#/components/responses/${status}` }] as const;
  });
  const own = Object.entries(operation.problems ?? {}).map(([status, codes]) => {
    return [status, ownProblem(Number(status), codes)] as const;
  });
  // Names that are whole numbers come out in ascending order, whatever the order here.
  return Object.fromEntries([...shared, ...own, ...good]);
}

function goodResponse(response: GoodResponse, limited: boolean): Readonly<Record<string, unknown>> {
  const { description, content } = response;
  const headers = { ...response.headers, ...(limited && limitFields) };
  const described = Object.entries(headers).map(([name, sentence]) => {
    return [name, { description: sentence, schema: { type: "string" } }];
  });
  return {
    description,
    ...(described.length > 0 && { headers: Object.fromEntries(described) }),
    ...(content !== undefined && { content: mediaTypes(content) }),
  };
}

const limitFields: Readonly<Record<string, string>> = {
  "ratelimit-policy": 'How much is allowed in which time: "name";q=quota;w=seconds.',
  ratelimit: 'How much is left: "name";r=remaining;t=seconds until there is more.',
};

/** The refusals that come before a handler decides anything. */
function sharedStatuses(operation: Operation): readonly number[] {
  const byCookie = operation.security.some(({ scheme }) => scheme === "access" || scheme === "refresh");
  return [
    400,
    503,
    ...(operation.request === undefined ? [] : [408, 413, 415]),
    ...(byCookie && operation.method !== "GET" ? [403] : []),
    ...(operation.limited ? [429] : []),
  ];
}

/** A problem with codes of the operation's own, beside those that the status has everywhere. */
function ownProblem(status: number, codes: readonly string[]): Readonly<Record<string, unknown>> {
  const shared = problemResponses[status];
  const listed = codes.map((code) => `\`${code}\``).join(", ");
  return {
    ...shared,
    description: shared === undefined ? listed : `${shared.description} Here also ${listed}.`,
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}
