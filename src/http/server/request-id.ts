/**
 * Names for requests, by which the lines of several logs are found again: ours, or those of a trusted proxy.
 */

// Nothing that could be taken for anything else in a log, a shell or a query.
const REQUEST_ID = /^[\w-]{8,64}$/;

/** Whether a field `X-Request-Id` names a request. Only a trusted proxy's should be asked. */
export function isRequestId(value: string | undefined): value is string {
  return value !== undefined && REQUEST_ID.test(value);
}

/**
 * Makes names: `prefix` and a number that counts up. They are no secrets.
 *
 * @param prefix of this process alone, such as 8 random characters, so that restarts do not repeat names
 * @throws {RangeError} when what it makes would be no {@link isRequestId}
 */
export function requestIds(prefix: string): () => string {
  if (!/^[\w-]{6,40}$/.test(prefix))
    throw new RangeError("the prefix of request ids has 6 to 40 of A-Z a-z 0-9 _ -");
  let count = 0;
  return () => {
    count++;
    return `${prefix}-${count.toString(36)}`;
  };
}
