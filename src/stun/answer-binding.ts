/**
 * RFC 8489 §6.3.1, §9.1.3 and §10: what a Binding request is answered with.
 *
 *     authentic? ─▶ all understood? ─▶ another server? ─▶ XOR-MAPPED-ADDRESS
 *      400, 401          420                300
 *
 * The request leaves nothing behind, so a retransmission is simply answered again (RFC 8489 §6.3.1: "The Binding method is
 * considered to be idempotent").
 */
import { canonicalAddress } from "../addresses.ts";
import { writeUint16 } from "../bytes.ts";
import {
  addressValueSize,
  encodeAlternateServer,
  encodeXorMappedAddress,
  isIPv6,
  type TransportAddress,
  writeXorAddress,
} from "./address.ts";
import { type Attribute, AttributeType, notUnderstood } from "./attributes.ts";
import { encodeMessage, type Protection, protectionSize, writeHeader, writeProtection } from "./encode.ts";
import { encodeErrorCode, encodeUnknownAttributes } from "./error-code.ts";
import { checkIntegrity, checkIntegritySha256, type IntegrityKey } from "./integrity.ts";
import {
  ATTRIBUTE_HEADER_SIZE,
  HEADER_SIZE,
  MessageClass,
  Method,
  type StunMessage,
  TRANSACTION_ID_AT,
} from "./message.ts";
import { decodeText, encodeSoftware } from "./text.ts";

/** What an answer depends on besides the request; everything has a default. */
export interface AnswerOptions {
  /** Whether an answer has a FINGERPRINT: `"as-asked"`, the default, if the request has one; `"always"`, for 8 octets. */
  readonly fingerprint?: "as-asked" | "always" | undefined;
  /**
   * SOFTWARE of success responses; none by default. RFC 8489 §6.3.1.1 would have one, and RFC 8489 §16.1.2 says why not: it tells
   * attackers what they have before them; and it makes the answer longer than what was asked.
   */
  readonly software?: string | undefined;
  /**
   * Demands short-term credentials (RFC 8489 §9.1): the key of a username (`shortTermKey`), or undefined for one that is
   * not valid. By default nobody needs any: RFC 8489 §12 has it so for a server that tells addresses. Must not throw.
   */
  readonly authenticate?: ((username: string) => IntegrityKey | undefined) | undefined;
  /** Sends who is authenticated to another server (RFC 8489 §10), if there is one for the address family of its request. */
  readonly alternateServer?: AlternateServers | undefined;
}

/** One server for each address family. */
export interface AlternateServers {
  readonly ipv4?: TransportAddress | undefined;
  readonly ipv6?: TransportAddress | undefined;
}

/** {@link AnswerOptions}, checked and encoded once for all answers. */
export interface BindingAnswers {
  readonly fingerprintAlways: boolean;
  readonly software: Attribute | undefined;
  readonly authenticate: AnswerOptions["authenticate"];
  readonly alternateForIPv4: readonly Attribute[];
  readonly alternateForIPv6: readonly Attribute[];
}

/** @throws {TypeError} when an address is none, and on `alternateServer` without `authenticate`; {RangeError} on a software too long */
export function prepareAnswers(options: AnswerOptions): BindingAnswers {
  const { fingerprint, software, authenticate, alternateServer = {} } = options;
  const ipv4 = encodeAlternate(alternateServer.ipv4, false);
  const ipv6 = encodeAlternate(alternateServer.ipv6, true);
  if (ipv4.length + ipv6.length > 0 && authenticate === undefined) {
    // RFC 8489 §14.8: "This error response MUST only be sent if the request included either a USERNAME or USERHASH
    // attribute and a valid MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 attribute"
    throw new TypeError("alternateServer is only for clients that authenticate");
  }
  return {
    fingerprintAlways: fingerprint === "always",
    software: software === undefined ? undefined : encodeSoftware(software),
    authenticate,
    // RFC 8489 §10: "The server MUST include at least one ALTERNATE-SERVER attribute in the error response, which MUST
    // contain an IP address of the same address family as the source IP address", and "SHOULD include an additional
    // ALTERNATE-SERVER attribute, after the mandatory one," of the other.
    alternateForIPv4: ipv4.length > 0 ? [...ipv4, ...ipv6] : [],
    alternateForIPv6: ipv6.length > 0 ? [...ipv6, ...ipv4] : [],
  };
}

/** Answers a Binding request; undefined when `source` has no IP address. */
export function answerBinding(
  request: StunMessage,
  source: TransportAddress,
  answers: BindingAnswers,
): Uint8Array | undefined {
  const address = canonicalAddress(source.address);
  if (address === undefined) return undefined;
  const fingerprint = answers.fingerprintAlways || request.fingerprintAt > 0;
  const verdict = authenticate(request, answers);
  // RFC 8489 §9.1.3: "If any of the checks fail, a server MUST NOT include a MESSAGE-INTEGRITY-SHA256, MESSAGE-INTEGRITY,
  // or USERNAME attribute in the error response."
  if (typeof verdict === "number") return encodeError(request, [encodeErrorCode(verdict)], { fingerprint });
  const protection = { ...verdict, fingerprint };
  const unknown = notUnderstood(request.types);
  if (unknown.length > 0) {
    // RFC 8489 §6.3.1.1: "for an error code of 420 (Unknown Attribute), the server MUST include an UNKNOWN-ATTRIBUTES
    // attribute." Each takes two octets there and four at least in the request: the more there are, the shorter is the
    // answer beside the request.
    return encodeError(request, [encodeErrorCode(420), encodeUnknownAttributes(unknown)], protection);
  }
  const alternates = isIPv6(address) ? answers.alternateForIPv6 : answers.alternateForIPv4;
  if (alternates.length > 0) return encodeError(request, [encodeErrorCode(300), ...alternates], protection);
  const mapped = { address, port: source.port };
  if (answers.software !== undefined) return encodeSuccessWith(answers.software, request, mapped, protection);
  return encodeSuccess(request, mapped, protection);
}

/** RFC 8489 §9.1.3: what the answer is to be protected with, or the code of the error. */
function authenticate(request: StunMessage, { authenticate: keyOf }: BindingAnswers): Protection | 400 | 401 {
  if (keyOf === undefined) return nothing;
  const name = request.value(AttributeType.Username);
  const withSha256 = request.integritySha256At > 0;
  // RFC 8489 §9.1.3: "If the message does not contain 1) a MESSAGE-INTEGRITY or a MESSAGE-INTEGRITY-SHA256 attribute and
  // 2) a USERNAME attribute: … This response MUST use an error code of 400 (Bad Request)."
  if (name === undefined || (request.integrityAt === 0 && !withSha256)) return 400;
  const username = decodeText(name);
  const key = username === undefined ? undefined : keyOf(username);
  // RFC 8489 §9.1.3: "If the USERNAME does not contain a username value currently valid within the server: … This
  // response MUST use an error code of 401 (Unauthenticated)."
  if (key === undefined) return 401;
  // RFC 8489 §9.1.3: "If the MESSAGE-INTEGRITY-SHA256 attribute is present, compute the value for the message integrity as
  // described in Section 14.6": then the other one does not count, however right it is.
  const authentic = withSha256 ? checkIntegritySha256(request, key) : checkIntegrity(request, key);
  if (!authentic) return 401;
  // RFC 8489 §9.1.3: "only one of these attributes can appear in a response. The response MUST NOT contain the USERNAME
  // attribute."
  return withSha256 ? { integritySha256: key } : { integrity: key };
}

const nothing: Protection = {};

/** RFC 8489 §6.3.1.1: "this attribute contains the source transport address of the request message." */
function encodeSuccess(request: StunMessage, source: TransportAddress, protection: Protection): Uint8Array {
  const value = addressValueSize(source.address);
  const end = HEADER_SIZE + ATTRIBUTE_HEADER_SIZE + value;
  // Nearly all answers are made here: one piece of memory, of which every octet is written.
  const answer = Buffer.allocUnsafe(end + protectionSize(protection));
  writeHeader(answer, Method.Binding, MessageClass.SuccessResponse);
  for (let at = TRANSACTION_ID_AT; at < HEADER_SIZE; at++) answer[at] = request.bytes[at]!;
  writeUint16(answer, HEADER_SIZE, AttributeType.XorMappedAddress);
  writeUint16(answer, HEADER_SIZE + 2, value);
  writeXorAddress(answer, HEADER_SIZE + ATTRIBUTE_HEADER_SIZE, source.address, source.port);
  writeProtection(answer, end, protection);
  return answer;
}

/** The same with SOFTWARE, in the order of RFC 5769 §2.2. */
function encodeSuccessWith(
  software: Attribute,
  request: StunMessage,
  source: TransportAddress,
  protection: Protection,
): Uint8Array {
  const { transactionId } = request;
  return encodeMessage({
    method: Method.Binding,
    class: MessageClass.SuccessResponse,
    transactionId,
    attributes: [software, encodeXorMappedAddress(source, transactionId)],
    ...protection,
  });
}

/** RFC 8489 §6.3.1.1: "For an error response, the server MUST add an ERROR-CODE attribute". */
function encodeError(
  { transactionId }: StunMessage,
  attributes: readonly Attribute[],
  protection: Protection,
): Uint8Array {
  return encodeMessage({
    method: Method.Binding,
    class: MessageClass.ErrorResponse,
    transactionId,
    attributes,
    ...protection,
  });
}

function encodeAlternate(server: TransportAddress | undefined, six: boolean): readonly Attribute[] {
  if (server === undefined) return [];
  const address = canonicalAddress(server.address);
  if (address === undefined || isIPv6(address) !== six) {
    throw new TypeError(`alternateServer: ${JSON.stringify(server.address)} is no address of its family`);
  }
  return [encodeAlternateServer({ address, port: server.port })];
}
