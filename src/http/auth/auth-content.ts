/** What the routes of logins read in a request's content: members by name, each of one type. */
import type { HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";

/** Members by their names; those that nobody asks for are ignored (RFC 6749 §3.2: "MUST ignore unrecognized request parameters"). */
export type Members = Readonly<Record<string, unknown>>;

/** @throws {HttpProblem} 400, 408, 413 or 415; 400 unless the content is a JSON object */
export async function readJsonMembers(request: HttpRequest): Promise<Members> {
  const content = await request.json();
  if (typeof content === "object" && content !== null && !Array.isArray(content)) return content as Members;
  throw malformed("The content must be an object.");
}

/** The members of a form or of a JSON object, whichever it is. @throws {HttpProblem} as {@link readJsonMembers} */
export async function readMembers(request: HttpRequest): Promise<Members> {
  if (request.contentForm !== "form") return readJsonMembers(request);
  return readFormMembers(request);
}

/** @throws {HttpProblem} 400, 408, 413 or 415 */
export async function readFormMembers(request: HttpRequest): Promise<Members> {
  const fields = [...(await request.form())];
  // RFC 6749 §3.2: "Parameters sent without a value MUST be treated as if they were omitted from the request."
  return Object.fromEntries(fields.filter(([, value]) => value !== ""));
}

/** @throws {HttpProblem} 400 when the member is missing or no string */
export function textOf(members: Members, name: string): string {
  const value = optionalTextOf(members, name);
  if (value === undefined) throw malformed(`The content needs "${name}".`);
  return value;
}

/** @throws {HttpProblem} 400 when there is such a member, and it is no string */
export function optionalTextOf(members: Members, name: string): string | undefined {
  const value = memberOf(members, name);
  if (value === undefined || typeof value === "string") return value;
  throw malformed(`"${name}" must be a string.`);
}

/** In a form, `true` and `false` are texts. @throws {HttpProblem} 400 when there is such a member, and it is neither */
export function optionalFlagOf(members: Members, name: string): boolean | undefined {
  const value = memberOf(members, name);
  if (value === undefined || typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw malformed(`"${name}" must be true or false.`);
}

/** Nothing that an object has by birth is a member of the content. */
function memberOf(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function malformed(detail: string): HttpProblem {
  return new HttpProblem(400, "http/malformed-content", detail);
}
