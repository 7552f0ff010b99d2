/**
 * RFC 9110 §9: finds the handler of a method and a path, or says why there is none.
 *
 * Patterns are kept as a tree of segments; the more specific one wins at each step: a literal before a
 * `:name`, a `:name` before a final `*`.
 *
 *     /auth/me      that path alone
 *     /rooms/:room  one segment that is not empty, in `params.room`
 *     /*            whatever no other pattern takes
 */
import type { Handler, HttpRequest, Params } from "../message/handler.ts";
import { problem } from "../message/problem.ts";
import type { HttpResponse } from "../message/response.ts";

/**
 * What {@link Router.match} found. `route` is the pattern, `allow` the value of the Allow field (RFC 9110
 * §10.2.1). No pattern is behind `OPTIONS *`.
 */
export type Match =
  | { readonly found: "handler"; readonly handler: Handler; readonly params: Params; readonly route: string }
  | { readonly found: "options"; readonly allow: string; readonly route: string | undefined }
  | { readonly found: "other-methods"; readonly allow: string; readonly route: string }
  | { readonly found: "nothing" };

/** One call of {@link Router.add}. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
}

/** What one pattern leads to. */
interface Resource {
  readonly pattern: string;
  readonly names: readonly string[];
  readonly handlers: Map<string, Handler>;
}

interface Branch {
  readonly literals: Map<string, Branch>;
  segment: Branch | undefined;
  resource: Resource | undefined;
  rest: Resource | undefined;
}

/** Of every route without wildcards. */
const noParams: Params = Object.freeze({});

/** Routes by method and pattern; {@link Router.handle} answers with the one that fits, or with 404 or 405. */
export class Router {
  readonly #root: Branch = newBranch();
  /**
   * The resources without wildcards once more, by their path. A literal wins at every step, so the tree would
   * find the same; it takes four times as long, and these are the paths that are asked for most.
   */
  readonly #literal = new Map<string, Resource>();
  readonly #routes: Route[] = [];

  /** What was added, in that order. */
  get routes(): readonly Route[] {
    return this.#routes;
  }

  /**
   * Adds a handler. GET answers HEAD too, and every resource answers OPTIONS.
   *
   * @throws {TypeError} when the pattern is malformed or has a handler for `method` already
   */
  add(method: string, pattern: string, handler: Handler): this {
    const resource = this.#resource(pattern);
    if (resource.handlers.has(method)) throw new TypeError(`${method} ${pattern} has a handler already`);
    resource.handlers.set(method, handler);
    this.#routes.push({ method, pattern });
    return this;
  }

  /** The handler for a method, which is case-sensitive (RFC 9110 §9.1), and a decoded path. */
  match(method: string, path: string): Match {
    const values: string[] = [];
    const resource =
      this.#literal.get(path) ??
      (path === "*" ? undefined : find(this.#root, path.slice(1).split("/"), 0, values));
    if (resource === undefined) {
      // RFC 9110 §9.3.7: "*" asks about the server in general; there is nothing to tell but that it lives.
      const aboutServer = path === "*" && method === "OPTIONS";
      return aboutServer ? { found: "options", allow: "", route: undefined } : { found: "nothing" };
    }
    const { names, pattern: route } = resource;
    // RFC 9110 §9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send
    // content in the response." The handler runs as for GET; the server leaves the content out.
    const handler =
      resource.handlers.get(method) ?? (method === "HEAD" ? resource.handlers.get("GET") : undefined);
    if (handler !== undefined) return { found: "handler", handler, params: zip(names, values), route };
    const allow = allowed(resource);
    return method === "OPTIONS"
      ? { found: "options", allow, route }
      : { found: "other-methods", allow, route };
  }

  /** Answers `request` by its handler, or 404, 405 or OPTIONS itself. Bound: pass it as it is. */
  readonly handle: Handler = (request: HttpRequest): HttpResponse | Promise<HttpResponse> => {
    const match = this.match(request.method, request.path);
    request.route = match.found === "nothing" ? undefined : match.route;
    switch (match.found) {
      case "handler":
        request.params = match.params;
        return match.handler(request);
      case "options":
        return { status: 204, headers: match.allow === "" ? {} : { allow: match.allow } };
      case "other-methods":
        // RFC 9110 §15.5.6: "The origin server MUST generate an Allow header field in a 405 response".
        return problem(
          405,
          { code: "http/method-not-allowed", detail: `This resource answers ${match.allow}.` },
          { allow: match.allow },
        );
      case "nothing":
        return problem(404, { code: "http/not-found", detail: "There is nothing at this path." });
    }
  };

  #resource(pattern: string): Resource {
    if (!/^\/(?:[^/:*]*|:[A-Za-z]\w*)(?:\/(?:[^/:*]*|:[A-Za-z]\w*))*(?:(?<=\/)\*)?$/.test(pattern)) {
      throw new TypeError(`malformed pattern ${pattern}`);
    }
    const names: string[] = [];
    let branch = this.#root;
    for (const segment of pattern.slice(1).split("/")) {
      if (segment === "*") {
        branch.rest ??= { pattern, names: [...names, "*"], handlers: new Map() };
        return branch.rest;
      }
      if (segment.startsWith(":")) {
        names.push(segment.slice(1));
        branch = branch.segment ??= newBranch();
        continue;
      }
      const next = branch.literals.get(segment) ?? newBranch();
      branch.literals.set(segment, next);
      branch = next;
    }
    branch.resource ??= { pattern, names, handlers: new Map() };
    if (names.length === 0) this.#literal.set(pattern, branch.resource);
    return branch.resource;
  }
}

function newBranch(): Branch {
  return { literals: new Map(), segment: undefined, resource: undefined, rest: undefined };
}

/** Depth first, the more specific branch first; `values` holds what the wildcards on the way took. */
function find(
  branch: Branch,
  segments: readonly string[],
  at: number,
  values: string[],
): Resource | undefined {
  const segment = segments[at];
  if (segment === undefined) return branch.resource;
  const taken = values.length;
  const literal = branch.literals.get(segment);
  const found = literal && find(literal, segments, at + 1, values);
  if (found) return found;
  if (segment !== "" && branch.segment) {
    values.push(segment);
    const below = find(branch.segment, segments, at + 1, values);
    if (below) return below;
    values.length = taken;
  }
  if (branch.rest) values.push(segments.slice(at).join("/"));
  return branch.rest;
}

function zip(names: readonly string[], values: readonly string[]): Params {
  if (names.length === 0) return noParams;
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

function allowed(resource: Resource): string {
  const methods = [...resource.handlers.keys()];
  if (methods.includes("GET") && !methods.includes("HEAD")) methods.push("HEAD");
  if (!methods.includes("OPTIONS")) methods.push("OPTIONS");
  return methods.sort().join(", ");
}
