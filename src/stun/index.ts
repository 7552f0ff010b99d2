/**
 * STUN, RFC 8489: which address others see one by.
 *
 * {@link StunServer} answers that, {@link stunBinding} asks it. {@link BindingServer} is the server without sockets, and
 * below it is the codec, for whoever speaks STUN on sockets of their own: {@link parseMessage}, {@link encodeMessage}.
 */
export {
  decodeMappedAddress,
  decodeXorMappedAddress,
  encodeAlternateServer,
  encodeMappedAddress,
  encodeXorMappedAddress,
  type TransportAddress,
} from "./address.ts";
export type { AlternateServers, AnswerOptions } from "./answer-binding.ts";
export { type Attribute, AttributeType, isComprehensionRequired } from "./attributes.ts";
export { type BindingCounts, type BindingDrop, type BindingOptions, BindingServer } from "./binding.ts";
export {
  type BindingRequestOptions,
  encodeBindingRequest,
  type ShortTermCredentials,
} from "./binding-request.ts";
export { type StunBinding, type StunBindingOptions, stunBinding } from "./client.ts";
export {
  type BindingAnswer,
  ClientTransaction,
  type TransactionEffect,
  type TransactionOptions,
} from "./client-transaction.ts";
export type { ConnectionCounts } from "./connection-limits.ts";
export {
  encodeUserHash,
  type LongTermCredential,
  longTermKey,
  opaqueString,
  shortTermKey,
} from "./credentials.ts";
export { encodeMessage, type MessageParts, type Protection } from "./encode.ts";
export {
  decodeErrorCode,
  decodeUnknownAttributes,
  type ErrorCode,
  encodeErrorCode,
  encodeUnknownAttributes,
  reasonPhrases,
} from "./error-code.ts";
export { StunError, type StunErrorCode, type StunErrorDetails } from "./errors.ts";
export { checkFingerprint } from "./fingerprint.ts";
export {
  decodePriority,
  decodeTiebreaker,
  encodeIceControlled,
  encodeIceControlling,
  encodePriority,
  encodeUseCandidate,
} from "./ice-attributes.ts";
export { checkIntegrity, checkIntegritySha256, type IntegrityKey } from "./integrity.ts";
export {
  looksLikeStun,
  MessageClass,
  type MessageFault,
  Method,
  parseMessage,
  StunMessage,
} from "./message.ts";
export { MessageStream, type StreamFault } from "./message-stream.ts";
export { decodeNonceCookie, encodeNonceCookie, type SecurityFeatures } from "./nonce-cookie.ts";
export {
  decodePasswordAlgorithm,
  decodePasswordAlgorithms,
  encodePasswordAlgorithm,
  encodePasswordAlgorithms,
  type NamedAlgorithm,
  PasswordAlgorithm,
} from "./password-algorithms.ts";
export { type RetransmissionOptions, type Schedule, scheduleOf } from "./retransmission.ts";
export {
  type StunListenOptions,
  StunServer,
  type StunServerCounts,
  type StunServerOptions,
} from "./server.ts";
export {
  decodeText,
  encodeAlternateDomain,
  encodeNonce,
  encodeRealm,
  encodeSoftware,
  encodeUsername,
} from "./text.ts";
