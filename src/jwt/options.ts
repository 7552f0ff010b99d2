/**
 * Arguments from the calling code. A misspelt or mistyped option must never silently switch a check off,
 * so each is refused at once with a `TypeError` that names it (and not its value, which may be a secret).
 */

/** @throws {TypeError} unless `options` is an object all of whose own members are among `names` */
export function checkOptions(options: unknown, names: ReadonlySet<string>, what: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${what} must be an object`);
  }
  for (const name of Object.keys(options)) {
    if (!names.has(name)) throw new TypeError(`${what}: there is no option "${name}"`);
  }
}

/** @throws {TypeError} unless `value` is a string with at least one character */
export function checkText(value: unknown, what: string): asserts value is string {
  if (typeof value !== "string" || value === "") throw new TypeError(`${what} must be a non-empty string`);
}

/** @throws {TypeError} unless `value` is a list of non-empty strings */
export function checkNames(value: unknown, what: string): asserts value is readonly string[] {
  if (!Array.isArray(value)) throw new TypeError(`${what} must be a list`);
  for (const element of value) checkText(element, `Every element of ${what}`);
}

/** @throws {TypeError} unless `value` is true or false */
export function checkBoolean(value: unknown, what: string): asserts value is boolean {
  if (typeof value !== "boolean") throw new TypeError(`${what} must be true or false`);
}

/** @throws {TypeError} unless `value` is a number, and neither NaN nor infinite */
export function checkFinite(value: unknown, what: string): asserts value is number {
  if (!Number.isFinite(value)) throw new TypeError(`${what} must be a finite number`);
}

/** Whether `value` is an object made by `{…}` or `Object.create(null)`: no array, no Date, no class instance. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
