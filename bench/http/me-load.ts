/** `GET /auth/me` asked by autocannon with many tokens, and the check of every answer. */
import autocannon, { type Request } from "autocannon";
import type { Load } from "../harness/server-load.ts";

/** How many connections ask at once, one request in flight on each. */
export const CONNECTIONS = 50;

/** A token, and what `GET /auth/me` answers to it. */
export interface Question {
  readonly token: string;
  readonly body: string;
}

/**
 * Asks as often as, at the rate of the last time, takes `duration`. The questions are dealt out to the
 * connections, and each asks its own in turn, as clients do; with one question all ask the same.
 *
 * @throws {RangeError} when they cannot be dealt out evenly
 */
export function meLoad(port: number, questions: readonly Question[]): Load {
  const each = questions.length / CONNECTIONS;
  if (questions.length !== 1 && !Number.isSafeInteger(each)) {
    throw new RangeError(`${questions.length} tokens for ${CONNECTIONS} connections`);
  }
  let perMillisecond = 5;
  return async (duration) => {
    const amount = CONNECTIONS * Math.ceil((perMillisecond * duration) / CONNECTIONS);
    let right = 0;
    const requestOf = ({ token, body: expected }: Question): Request => ({
      headers: { authorization: `Bearer ${token}` },
      onResponse: (status, body) => {
        if (status === 200 && body === expected) right++;
      },
    });
    let connection = 0;
    const started = performance.now();
    const { errors } = await autocannon({
      url: `http://127.0.0.1:${port}/auth/me`,
      connections: CONNECTIONS,
      amount,
      sampleInt: 10,
      setupClient: (client) => {
        const first = each * connection++;
        const own = questions.length === 1 ? questions : questions.slice(first, first + each);
        client.setRequests(own.map(requestOf));
      },
    });
    perMillisecond = amount / (performance.now() - started);
    if (right !== amount || errors > 0) {
      throw new Error(`${Math.max(errors, amount - right)} requests were not answered as they should`);
    }
    return amount;
  };
}
