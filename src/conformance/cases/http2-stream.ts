/** What the cases of RFC 8441 have in common: a connection of HTTP/2, a stream that was accepted, an echo on it. */
import { Http2Connection } from "../peer/http2-connection.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { Deviation, NotApplicable, SetupFailed } from "../verdict.ts";
import { closePayload, decodeFrame, encodeFrame, type Frame, frameSize, Opcode } from "../wire/frame.ts";
import { SETTINGS_ENABLE_CONNECT_PROTOCOL } from "../wire/http2.ts";

/** A connection whose server offers the extended CONNECT method; with `offered: false` one that speaks of it at all. */
export async function http2(
  trial: ServerTrial,
  { offered = true }: { offered?: boolean } = {},
): Promise<Http2Connection> {
  const { connection, url } = await trial.dialForHttp2();
  const http2 = new Http2Connection(connection, url);
  await http2.begin();
  if (offered && !http2.settings.get(SETTINGS_ENABLE_CONNECT_PROTOCOL)?.includes(1)) {
    throw new NotApplicable("the server does not offer the extended CONNECT method (RFC 8441 §3)");
  }
  return http2;
}

/** A stream on which a plain extended CONNECT was accepted. */
export async function accepted(connection: Http2Connection): Promise<number> {
  const stream = connection.request(connection.openingFields());
  const answer = await connection.answer(stream);
  if (answer.kind === "status" && answer.status === "200") return stream;
  throw new SetupFailed(`the extended CONNECT was answered with ${said(answer)}`);
}

/** Sends a text on the stream and expects its echo. */
export async function echoes(
  trial: ServerTrial,
  connection: Http2Connection,
  stream: number,
  text: string,
): Promise<void> {
  connection.sendData(stream, maskedText(trial, text));
  await expectEcho(connection, stream, text);
}

/** The echo of a text that was sent on this stream. */
export async function expectEcho(connection: Http2Connection, stream: number, text: string): Promise<void> {
  const expected = `the echo of ${JSON.stringify(text)} on its stream`;
  const { opcode, payload } = await readMessage(connection, stream, expected);
  if (opcode !== Opcode.Text || payload.toString() !== text)
    throw new Deviation(expected, `opcode 0x${opcode.toString(16)}, ${payload.length} octets`);
}

/**
 * The next message on this stream, whole, though it may come in fragments; or a Close frame. Pings and Pongs on the way
 * are passed over.
 */
export async function readMessage(
  connection: Http2Connection,
  stream: number,
  expected: string,
): Promise<{ readonly opcode: number; readonly payload: Buffer }> {
  const parts: Buffer[] = [];
  let opcode: number | undefined;
  for (;;) {
    const frame = await readFrame(connection, stream, expected);
    if (frame.opcode === Opcode.Ping || frame.opcode === Opcode.Pong) continue;
    if (frame.opcode === Opcode.Close) return frame;
    opcode ??= frame.opcode;
    parts.push(frame.payload);
    if (frame.fin) return { opcode, payload: Buffer.concat(parts) };
  }
}

/** The next frame of the WebSocket on this stream. */
async function readFrame(connection: Http2Connection, stream: number, expected: string): Promise<Frame> {
  let octets = await connection.readData(stream, 2, expected);
  const more = async (length: number): Promise<void> => {
    octets = Buffer.concat([octets, await connection.readData(stream, length, expected)]);
  };
  const length = octets[1]! & 0x7f;
  if (length > 125) await more(length === 126 ? 2 : 8);
  await more(frameSize(octets)! - octets.length);
  return decodeFrame(octets)!.frame;
}

/** A text in a masked frame. */
export function maskedText(trial: ServerTrial, text: string): Buffer {
  return encodeFrame({ opcode: Opcode.Text, payload: text, maskingKey: trial.random.octets(4) });
}

/** The closing handshake on a stream, with 1000. */
export async function closesStream(
  trial: ServerTrial,
  connection: Http2Connection,
  stream: number,
): Promise<void> {
  const maskingKey = trial.random.octets(4);
  connection.sendData(stream, encodeFrame({ opcode: Opcode.Close, payload: closePayload(1000), maskingKey }));
  const expected = "a Close frame in answer to ours";
  const { opcode } = await readMessage(connection, stream, expected);
  if (opcode !== Opcode.Close) throw new Deviation(expected, `a message of opcode 0x${opcode.toString(16)}`);
}

/** Expects that the request on `stream` opens no WebSocket: a refusal of any kind. */
export async function expectRefused(
  trial: ServerTrial,
  connection: Http2Connection,
  stream: number,
  expected: string,
): Promise<void> {
  const answer = await connection.answer(stream);
  if (answer.kind === "nothing") throw new Deviation(expected, "nothing");
  if (answer.kind !== "status" || !/^2/.test(answer.status ?? "2")) return;
  // A status of 200 alone may be that of any page. What tells is whether the stream carries WebSocket.
  if (answer.ended) return;
  connection.sendData(stream, maskedText(trial, "does it echo?"));
  try {
    await expectEcho(connection, stream, "does it echo?");
  } catch (error) {
    if (error instanceof Deviation) return;
    throw error;
  }
  throw new Deviation(expected, "status 200 and an echo: the server opened a WebSocket");
}

/** An answer in words. */
export function said(answer: Awaited<ReturnType<Http2Connection["answer"]>>): string {
  if (answer.kind === "status") return `status ${answer.status ?? "that is not written plainly"}`;
  if (answer.kind === "stream error" || answer.kind === "connection error")
    return `${answer.kind} ${answer.code}`;
  return answer.kind === "nothing" ? "nothing" : `the ${answer.kind} of the connection`;
}
