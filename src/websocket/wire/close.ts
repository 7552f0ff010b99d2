/**
 * RFC 6455 §5.5.1 and §7.4: the Close frame, its status code and its reason.
 *
 *     +---------------+----------------------------+
 *     | status code   | reason, UTF-8              |     or nothing at all
 *     | 2 octets      | 0 to 123 octets            |
 *     +---------------+----------------------------+
 */
import { readUint16, writeUint16 } from "../../bytes.ts";
import { WebSocketProtocolError } from "../errors.ts";
import { MAX_CONTROL_PAYLOAD } from "./frame.ts";
import { decodeUtf8 } from "./utf8.ts";

/** RFC 6455 §7.4.1 and the IANA registry "WebSocket Close Code Number". */
export const CloseCode = {
  Normal: 1000,
  GoingAway: 1001,
  ProtocolError: 1002,
  UnsupportedData: 1003,
  /** Never on the wire: a Close frame without a status code was received. */
  NoStatusReceived: 1005,
  /** Never on the wire: the connection ended without a Close frame. */
  Abnormal: 1006,
  InvalidPayload: 1007,
  PolicyViolation: 1008,
  MessageTooBig: 1009,
  MandatoryExtension: 1010,
  InternalError: 1011,
  ServiceRestart: 1012,
  TryAgainLater: 1013,
  BadGateway: 1014,
  /** Never on the wire: the TLS handshake failed. */
  TlsHandshake: 1015,
} as const;

/** Octets that remain for the reason beside the status code. */
const MAX_REASON = MAX_CONTROL_PAYLOAD - 2;

/**
 * Whether a Close frame may carry `code`. RFC 6455 §7.4.1: 1005, 1006 and 1015 MUST NOT be set by an
 * endpoint, 1004 is reserved; §7.4.2: 0-999 are not used, 1016-2999 are for revisions of the protocol,
 * 3000-4999 for libraries and applications. 1012-1014 are in the IANA registry.
 */
export function mayBeSent(code: number): boolean {
  return (
    Number.isInteger(code) &&
    ((code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
      (code >= 3000 && code <= 4999))
  );
}

/** What a Close frame says. `code` is 1005 when it says nothing (RFC 6455 §7.1.5). */
export interface CloseStatus {
  readonly code: number;
  readonly reason: string;
}

/**
 * Reads the payload of a Close frame.
 *
 * @throws {WebSocketProtocolError} on a payload of one octet, a code that may not be sent or bad UTF-8
 */
export function parseClose(payload: Buffer): CloseStatus {
  if (payload.length === 0) return { code: CloseCode.NoStatusReceived, reason: "" };
  // RFC 6455 §5.5.1: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer"
  if (payload.length === 1) throw new WebSocketProtocolError(1002, "close payload of one octet");
  const code = readUint16(payload, 0);
  if (!mayBeSent(code)) throw new WebSocketProtocolError(1002, `close code ${code} may not be sent`);
  return { code, reason: decodeUtf8(payload, 2, payload.length) };
}

/**
 * Builds the payload of a Close frame; without a code an empty one. A reason longer than 123 bytes is cut
 * at the border of a code point, so that it stays UTF-8.
 *
 * @throws {RangeError} when `code` may not be sent, or not by a server
 */
export function encodeClose(code?: number, reason = "", byServer = false): Buffer {
  if (code === undefined) return Buffer.alloc(0);
  // RFC 6455 §7.4.1, of 1010: "Note that this status code is not used by the server, because it can fail the WebSocket
  // handshake instead."
  if (byServer && code === CloseCode.MandatoryExtension) {
    throw new RangeError("close code 1010 is for clients: a server refuses the handshake instead");
  }
  if (!mayBeSent(code)) throw new RangeError(`close code ${code} may not be sent: use 1000 or 3000-4999`);
  const payload = Buffer.alloc(2 + Math.min(Buffer.byteLength(reason), MAX_REASON));
  writeUint16(payload, 0, code);
  const written = payload.write(reason, 2); // never writes part of a character
  return payload.subarray(0, 2 + written);
}
