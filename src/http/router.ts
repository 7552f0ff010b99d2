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
import type { Handler, HttpRequest, Params } from "./handler.ts";
import { problem } from "./problem.ts";
import type { HttpResponse } from "./response.ts";

/** What {@link Router.match} found. `allow` is the value of the Allow field (RFC 9110 §10.2.1). */
export type Match =
  | { readonly found: "handler"; readonly handler: Handler; readonly params: Params }
  | { readonly found: "options"; readonly allow: string }
  | { readonly found: "other-methods"; readonly allow: string }
  | { readonly found: "nothing" };

/** What one pattern leads to. */
interface Resource {
  readonly names: readonly string[];
  readonly handlers: Map<string, Handler>;
}

interface Branch {
  readonly literals: Map<string, Branch>;
  segment: Branch | undefined;
  resource: Resource | undefined;
  rest: Resource | undefined;
}

export class Router {
  readonly #root: Branch = newBranch();

  /**
   * Adds a handler. GET answers HEAD too, and every resource answers OPTIONS.
   *
   * @throws {TypeError} when the pattern is malformed or has a handler for `method` already
   */
  add(method: string, pattern: string, handler: Handler): this {
    const resource = this.#resource(pattern);
    if (resource.handlers.has(method)) throw new TypeError(`${method} ${pattern} has a handler already`);
    resource.handlers.set(method, handler);
    return this;
  }

  /** The handler for a method, which is case-sensitive (RFC 9110 §9.1), and a decoded path. */
  match(method: string, path: string): Match {
    const values: string[] = [];
    const resource = path === "*" ? undefined : find(this.#root, path.slice(1).split("/"), 0, values);
    if (resource === undefined) {
      // RFC 9110 §9.3.7: "*" asks about the server in general; there is nothing to tell but that it lives.
      return path === "*" && method === "OPTIONS" ? { found: "options", allow: "" } : { found: "nothing" };
    }
    // RFC 9110 §9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send
    // content in the response." The handler runs as for GET; the server leaves the content out.
    const handler =
      resource.handlers.get(method) ?? (method === "HEAD" ? resource.handlers.get("GET") : undefined);
    if (handler !== undefined) return { found: "handler", handler, params: zip(resource.names, values) };
    const allow = allowed(resource);
    return method === "OPTIONS" ? { found: "options", allow } : { found: "other-methods", allow };
  }

  /** Answers `request` by its handler, or 404, 405 or OPTIONS itself. Bound: pass it as it is. */
  readonly handle: Handler = (request: HttpRequest): HttpResponse | Promise<HttpResponse> => {
    const match = this.match(request.method, request.path);
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
        branch.rest ??= { names: [...names, "*"], handlers: new Map() };
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
    branch.resource ??= { names, handlers: new Map() };
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
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

function allowed(resource: Resource): string {
  const methods = [...resource.handlers.keys()];
  if (methods.includes("GET") && !methods.includes("HEAD")) methods.push("HEAD");
  if (!methods.includes("OPTIONS")) methods.push("OPTIONS");
  return methods.sort().join(", ");
}
