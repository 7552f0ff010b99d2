/**
 * What an operation of an API is, as a value: the list that `openapi.ts` makes a document of.
 *
 * It is written beside the routes and not read out of them: what a route demands of a caller is a promise, and a
 * promise that changes by itself with the code is not a promise. A test compares the two lists.
 */

/** A JSON Schema (2020-12), which OpenAPI 3.1 takes as it is. Shared ones by `{ $ref: "#/components/schemas/…" }`. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * What opens an operation: `none`, anybody may; `access`, an access token as bearer or in the cookie, with `scope`
 * if one is named; `bearer`, an access token as bearer only; `refresh`, the refresh cookie; `basic`, a username and
 * password; `server`, the id and secret of a resource server; `metrics`, the token of `GET /metrics`.
 */
export type Requirement =
  | { readonly scheme: "access"; readonly scope?: string | undefined }
  | { readonly scheme: "none" | "bearer" | "refresh" | "basic" | "server" | "metrics" };

/** A parameter in the query or in a field. Those of the path are read from the pattern. */
export interface QueryParameter {
  readonly name: string;
  readonly in: "query" | "header";
  readonly description: string;
  readonly schema: Schema;
  /** False by default. */
  readonly required?: boolean | undefined;
}

/** The content of a request, by media type: the same thing in several spellings. */
export interface RequestContent {
  readonly description?: string | undefined;
  /** True by default. */
  readonly required?: boolean | undefined;
  readonly content: Readonly<Record<string, Schema>>;
}

/** An answer that is no refusal. */
export interface GoodResponse {
  readonly description: string;
  /** By media type; without it there is no content. */
  readonly content?: Readonly<Record<string, Schema>> | undefined;
  /** Fields worth knowing, in lower case, with what they say. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One method of one pattern. */
export interface Operation {
  readonly method: "GET" | "PUT" | "POST" | "DELETE" | "PATCH";
  /** As the router has it: `/auth/sessions/:id`. */
  readonly pattern: string;
  /** Unique in the document: what generators of clients name a function by. */
  readonly id: string;
  /** A few words, without a full stop. */
  readonly summary: string;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Any one of these suffices. */
  readonly security: readonly Requirement[];
  /** What the names in the pattern stand for; one without a word here is a text that is not empty. */
  readonly path?:
    | Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>
    | undefined;
  readonly parameters?: readonly QueryParameter[] | undefined;
  readonly request?: RequestContent | undefined;
  /** By status. */
  readonly responses: Readonly<Record<number, GoodResponse>>;
  /**
   * By status, the codes of the problems that are this operation's own. Those that any operation has (400, 503;
   * with content 408, 413 and 415; with a cookie that changes something 403; with `limited` 429) are there already.
   */
  readonly problems?: Readonly<Record<number, readonly string[]>> | undefined;
  /** Whether a rate limit counts it. */
  readonly limited?: boolean | undefined;
}
