/**
 * What would make a document of OpenAPI wrong, or say less than it seems to: found when it is made, by who made it.
 */
import type { Operation } from "./openapi-operation.ts";

/** @throws {TypeError} when two operations contradict each other, or one says what it cannot mean */
export function checkOperations(operations: readonly Operation[], tags: readonly string[]): void {
  const places = new Map<string, string>();
  const ids = new Set<string>();
  for (const operation of operations) {
    const { method, pattern, id } = operation;
    // OpenAPI §4.8.8.1: "Templated paths with the same hierarchy but different templated names MUST NOT exist".
    const shape = pattern.replace(/:\w+/g, ":");
    const other = places.get(shape);
    if (other !== undefined && other !== pattern) throw new TypeError(`${other} and ${pattern} are one path`);
    places.set(shape, pattern);
    for (const name of [id, `${method} ${pattern}`]) {
      if (ids.has(name)) throw new TypeError(`${name} is there twice`);
      ids.add(name);
    }
    checkOperation(operation, tags);
  }
}

function checkOperation(operation: Operation, tags: readonly string[]): void {
  const place = `${operation.method} ${operation.pattern}`;
  if (Object.keys(operation.responses).length === 0) throw new TypeError(`${place} has no good answer`);
  if (operation.security.length === 0) throw new TypeError(`${place} does not say what opens it`);
  for (const tag of operation.tags ?? []) {
    if (!tags.includes(tag)) throw new TypeError(`${place} has the tag ${tag}, which nothing explains`);
  }
  for (const name of Object.keys(operation.path ?? {})) {
    if (!operation.pattern.split("/").includes(`:${name}`)) {
      throw new TypeError(`${place} has no :${name} to be described`);
    }
  }
  for (const status of Object.keys(operation.problems ?? {})) {
    if (status in operation.responses)
      throw new TypeError(`${place} has ${status} as a good answer and a problem`);
  }
}

/** @throws {TypeError} when a `$ref` anywhere in `value` names nothing in `document` */
export function checkReferences(document: object, value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, below] of Object.entries(value)) {
    if (name === "$ref" && typeof below === "string" && !isDefined(document, below)) {
      throw new TypeError(`${below} leads nowhere`);
    }
    checkReferences(document, below);
  }
}

/** RFC 6901 §6: a JSON Pointer as a fragment. Our names need neither of its escapes. */
function isDefined(document: object, reference: string): boolean {
  const [root, ...names] = reference.split("/");
  let at: unknown = root === "#" ? document : undefined;
  for (const name of names) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return false;
    at = (at as Record<string, unknown>)[name];
  }
  return at !== undefined;
}
