/** An answer that refuses a client's opening handshake, over whatever HTTP: what it says, read within limits. */
import type { Readable } from "node:stream";
import { startTimer } from "../endpoint/timer.ts";
import { WebSocketHandshakeError } from "../errors.ts";
import type { Headers } from "../handshake/header.ts";
import { isRedirect } from "./redirect.ts";

/** How long the body of a refusal may take, in milliseconds. */
const BODY_TIME = 1_000;

/** An answer whose body was not read yet. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/**
 * Waits for the body, within limits. The answer that redirects is not waited for: its body is for people.
 *
 * @param done may be called again when the stream ends later
 * @returns what finishes at once with what there is
 */
export function readRefusal(
  answer: RefusedAnswer,
  maxBytes: number,
  done: (error: WebSocketHandshakeError) => void,
): () => void {
  const { status, body } = answer;
  const chunks: Buffer[] = [];
  let missing = maxBytes;
  const finish = (): void => {
    stopTimer();
    done(refusal(answer, Buffer.concat(chunks)));
  };
  const stopTimer = startTimer(BODY_TIME, finish);
  body.on("data", (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, missing));
    missing -= chunks.at(-1)!.length;
    if (missing === 0) finish();
  });
  body.once("end", finish);
  body.on("error", finish); // it was cut off
  if (isRedirect(status) || missing === 0) finish();
  return finish;
}

function refusal({ status, headers }: RefusedAnswer, body: Buffer): WebSocketHandshakeError {
  const legible = body.length > 0 && !headers.has("content-encoding");
  return new WebSocketHandshakeError("handshake/refused", `the server answered ${status} to the handshake`, {
    status,
    headers,
    // A character that was cut off at the end is left out.
    body: legible ? new TextDecoder().decode(body, { stream: true }) : undefined,
  });
}
