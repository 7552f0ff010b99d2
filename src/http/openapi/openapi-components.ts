/**
 * What the operations of a document have in common: how one gets in, and how one is refused.
 */
import { type CookieNames, cookieNames } from "../auth/auth-cookies.ts";
import type { Schema } from "./openapi-operation.ts";

/** The Security Scheme Objects that a `Requirement` stands for. */
export function securitySchemes(
  { access, refresh }: CookieNames = cookieNames(),
): Readonly<Record<string, Schema>> {
  return {
    bearer: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "An access token in the Authorization field (RFC 6750 §2.1).",
    },
    cookie: {
      type: "apiKey",
      in: "cookie",
      name: access,
      description:
        "The access token of a page. What changes something must come from our own page or from a listed origin.",
    },
    refreshCookie: {
      type: "apiKey",
      in: "cookie",
      name: refresh,
      description: "The refresh token of a page, from our own page or from a listed origin only.",
    },
    basic: { type: "http", scheme: "basic", description: "A username and password in UTF-8 (RFC 7617)." },
    resourceServer: {
      type: "http",
      scheme: "basic",
      description: "The id and secret of a server that takes our tokens (RFC 6749 §2.3.1).",
    },
    metricsToken: {
      type: "http",
      scheme: "bearer",
      description: "The token that the server was given for this.",
    },
  };
}

/** RFC 9457 §3.1: the content of every refusal. */
export const problemSchema: Schema = {
  type: "object",
  description:
    "A problem details object (RFC 9457). Programs branch on `code`, or on `type`, which says the same.",
  required: ["type", "title", "status"],
  properties: {
    type: {
      type: "string",
      format: "uri-reference",
      examples: ["urn:barewire:problem:auth:bad-credentials"],
    },
    title: { type: "string", description: "The phrase of the status." },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string", description: "What can be done about it. For people." },
    code: { type: "string", pattern: "^[a-z]+/[a-z-]+$", examples: ["auth/bad-credentials"] },
    error: {
      type: "string",
      description: "For clients of OAuth 2.0, where it has a word for it (RFC 6749 §5.2).",
    },
  },
};

/** A Response Object of OpenAPI. */
interface ProblemResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What a refusal with a certain status says, wherever it comes. */
export const problemResponses: Readonly<Record<number, ProblemResponse>> = {
  400: refusal("The request cannot be read; `detail` says what is wrong with it."),
  401: refusal("Credentials are missing, wrong, expired or revoked.", {
    "www-authenticate": "How to prove who one is (RFC 9110 §11.6.1).",
  }),
  403: refusal("Not from there, or not with this: another site's page, or a scope that is missing."),
  404: refusal("There is no such thing, or it is somebody else's."),
  408: refusal("The content did not arrive in time."),
  409: refusal("It would contradict what is there already."),
  413: refusal("The content is too large."),
  415: refusal("The content is of another media type than those listed."),
  422: refusal("The content was understood, and its values are not acceptable."),
  429: refusal("Too many requests (RFC 6585 §4).", {
    "retry-after": "Seconds until the same request can succeed (RFC 9110 §10.2.3).",
    "ratelimit-policy": "The limits that the request ran into.",
    ratelimit: "What is left of them.",
  }),
  503: refusal("The server is busy, or cannot reach what it stores.", {
    "retry-after": "Seconds after which it is worth another try (RFC 9110 §10.2.3).",
  }),
};

function refusal(description: string, fields: Readonly<Record<string, string>> = {}): ProblemResponse {
  const headers = Object.entries(fields).map(([name, sentence]) => {
    return [name, { description: sentence, schema: { type: "string" } }];
  });
  return {
    description,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}
