/**
 * RFC 8489 §18.3: the attributes by their types, and RFC 8445 §16.1: those of ICE. What each holds is in the file that
 * reads and writes it.
 */

/** An attribute: its type, and its value without padding. */
export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** RFC 8489 §18.3.1 and §18.3.2; RFC 8445 §16.1. */
export const AttributeType = {
  MappedAddress: 0x0001,
  Username: 0x0006,
  MessageIntegrity: 0x0008,
  ErrorCode: 0x0009,
  UnknownAttributes: 0x000a,
  Realm: 0x0014,
  Nonce: 0x0015,
  MessageIntegritySha256: 0x001c,
  PasswordAlgorithm: 0x001d,
  UserHash: 0x001e,
  XorMappedAddress: 0x0020,
  /** ICE. */
  Priority: 0x0024,
  /** ICE. */
  UseCandidate: 0x0025,
  PasswordAlgorithms: 0x8002,
  AlternateDomain: 0x8003,
  Software: 0x8022,
  AlternateServer: 0x8023,
  Fingerprint: 0x8028,
  /** ICE. */
  IceControlled: 0x8029,
  /** ICE. */
  IceControlling: 0x802a,
} as const;
export type AttributeType = (typeof AttributeType)[keyof typeof AttributeType];

/**
 * Whether who does not understand the attribute cannot understand the message: RFC 8489 §14 gives the types 0x0000 to
 * 0x7FFF to those.
 */
export function isComprehensionRequired(type: number): boolean {
  return type < 0x8000;
}

/** What RFC 8489 itself defines as comprehension-required: what its Binding method understands, if only to ignore it. */
const understood: ReadonlySet<number> = new Set([
  AttributeType.MappedAddress,
  AttributeType.Username,
  AttributeType.MessageIntegrity,
  AttributeType.ErrorCode,
  AttributeType.UnknownAttributes,
  AttributeType.Realm,
  AttributeType.Nonce,
  AttributeType.MessageIntegritySha256,
  AttributeType.PasswordAlgorithm,
  AttributeType.UserHash,
  AttributeType.XorMappedAddress,
]);

/**
 * Which of `types` must be understood and are not, each once, in their order (RFC 8489 §6.3.1). Those of ICE are among
 * them: an answer to a connectivity check says that the pair of candidates works, which only an ICE agent may say.
 */
export function notUnderstood(types: readonly number[]): readonly number[] {
  // Most messages have none, and then nothing is built.
  if (!types.some(isNotUnderstood)) return none;
  return [...new Set(types.filter(isNotUnderstood))];
}

const none: readonly number[] = [];

function isNotUnderstood(type: number): boolean {
  return isComprehensionRequired(type) && !understood.has(type);
}
