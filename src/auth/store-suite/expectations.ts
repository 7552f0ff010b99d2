/** Of a test runner the suite needs no more than that a test fails when it throws: these throw. */
import { inspect, isDeepStrictEqual } from "node:util";

/** Fails unless `actual` is, member by member, what is expected. */
export function expectEqual(actual: unknown, expected: unknown, what: string = "the result"): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const message = `Expected ${what} to be ${inspect(expected)}, and it was ${inspect(actual)}.`;
  // Runners show the difference of these two.
  throw Object.assign(new Error(message), { actual, expected });
}

/** Fails unless both have the same elements, in whatever order. */
export function expectSame(actual: readonly unknown[] | undefined, expected: readonly unknown[]): void {
  expectEqual(actual && inOrder(actual), inOrder(expected), "the elements");
}

/** Fails unless the promise is rejected. */
export async function expectRejection(promise: Promise<unknown>): Promise<void> {
  const outcome = await promise.then(
    (value) => `resolved to ${inspect(value)}`,
    () => undefined,
  );
  if (outcome !== undefined) throw new Error(`Expected the promise to be rejected, and it ${outcome}.`);
}

/** The values in one order, whatever order they and their members came in. */
function inOrder(values: readonly unknown[]): readonly unknown[] {
  return values
    .map((value) => [canonical(value), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value);
}

/** JSON with the members of every object in order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
