/**
 * RFC 6455 §4.1: the client's half of the opening handshake, decided without I/O. It builds the request
 * ({@link upgradeHeaders}) and checks the answer ({@link checkResponse}).
 */

import {
  checkDeflateResponse,
  deflateOffer,
  PERMESSAGE_DEFLATE,
  type PerMessageDeflateOptions,
} from "../deflate/permessage-deflate.ts";
import { completeDeflateOptions } from "../deflate/permessage-deflate-options.ts";
import { invalidResponse } from "../errors.ts";
import { type Agreement, acceptValue, VERSION } from "./agreement.ts";
import { type Headers, includesToken, isToken, parseExtensions, trimOws, valuesOf } from "./header.ts";

type Compression = boolean | PerMessageDeflateOptions | undefined;

/**
 * The headers of a client's opening handshake (RFC 6455 §4.1), `Host` excepted.
 *
 * @param key 16 random bytes in base64
 * @param perMessageDeflate whether compression is offered, and how; default false
 * @throws {SyntaxError} when the subprotocols are not different tokens
 * @throws {TypeError|RangeError} when `perMessageDeflate` is not what it may be
 */
export function upgradeHeaders(
  key: string,
  subprotocols: readonly string[],
  perMessageDeflate?: Compression,
): Record<string, string> {
  return {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": key,
    ...offerHeaders(subprotocols, perMessageDeflate),
  };
}

/**
 * Those of {@link upgradeHeaders} that a handshake has over any HTTP (RFC 8441 §5).
 *
 * @throws as {@link upgradeHeaders}
 */
export function offerHeaders(
  subprotocols: readonly string[],
  perMessageDeflate?: Compression,
): Record<string, string> {
  if (!subprotocols.every(isToken) || new Set(subprotocols).size !== subprotocols.length) {
    throw new SyntaxError("subprotocols must be different tokens");
  }
  const compression = completeDeflateOptions(perMessageDeflate);
  return {
    "Sec-WebSocket-Version": VERSION,
    ...(subprotocols.length > 0 ? { "Sec-WebSocket-Protocol": subprotocols.join(", ") } : {}),
    ...(compression === undefined ? {} : { "Sec-WebSocket-Extensions": deflateOffer(compression) }),
  };
}

/**
 * Checks a server's answer with status 101 (RFC 6455 §4.1, the numbered list under "Once the client's
 * opening handshake has been sent").
 *
 * @param key what {@link upgradeHeaders} was given, as the two after it
 * @throws {WebSocketHandshakeError} `handshake/invalid-response`
 */
export function checkResponse(
  headers: Headers,
  key: string,
  subprotocols: readonly string[],
  perMessageDeflate?: Compression,
): Agreement {
  const upgrades = valuesOf(headers, "upgrade");
  // Item 2: "…an ASCII case-insensitive match for the value "websocket"…"
  if (upgrades.length !== 1 || upgrades[0]!.toLowerCase() !== "websocket")
    throw invalidResponse("Upgrade is not websocket");
  // Item 3: "…a token that is an ASCII case-insensitive match for the value "Upgrade"…"
  if (!includesToken(valuesOf(headers, "connection"), "upgrade"))
    throw invalidResponse("Connection does not include Upgrade");
  const accepts = valuesOf(headers, "sec-websocket-accept");
  // Item 4: "…ignoring any leading and trailing whitespace…"; §11.3.3: it "MUST NOT appear more than once in
  // an HTTP response."
  if (accepts.length !== 1 || trimOws(accepts[0]!) !== acceptValue(key))
    throw invalidResponse("Sec-WebSocket-Accept is wrong");
  return checkAgreement(headers, subprotocols, perMessageDeflate);
}

/**
 * Checks those headers of an answer that it has over any HTTP (RFC 8441 §5).
 *
 * @throws {WebSocketHandshakeError} `handshake/invalid-response`
 */
export function checkAgreement(
  headers: Headers,
  subprotocols: readonly string[],
  perMessageDeflate?: Compression,
): Agreement {
  const values = valuesOf(headers, "sec-websocket-extensions");
  const extensions = parseExtensions(values);
  if (extensions === undefined) throw invalidResponse("Sec-WebSocket-Extensions does not follow its grammar");
  const compression = completeDeflateOptions(perMessageDeflate);
  const [extension, ...others] = extensions;
  // RFC 6455 §4.1, item 5: "an extension that was not present in the client's handshake" fails the
  // connection. We offer one at most, so that a second is another, or the same again.
  if (extension !== undefined && (compression === undefined || extension.name !== PERMESSAGE_DEFLATE)) {
    throw invalidResponse("an extension was not offered");
  }
  if (others.length > 0) throw invalidResponse("there is more than one extension");
  const chosen = valuesOf(headers, "sec-websocket-protocol");
  // Item 6: "a subprotocol that was not present in the client's handshake" fails the connection. §11.3.4: the
  // header "MUST NOT appear more than once in an HTTP response."
  if (chosen.length > 1 || (chosen.length === 1 && !subprotocols.includes(chosen[0]!))) {
    throw invalidResponse("a subprotocol was not offered");
  }
  return {
    subprotocol: chosen[0] ?? "",
    extensions: values.join(", "),
    deflate:
      extension === undefined || compression === undefined
        ? undefined
        : checkDeflateResponse(extension, compression),
  };
}
