/**
 * RFC 8489 §14.11 PASSWORD-ALGORITHMS and §14.12 PASSWORD-ALGORITHM: how a long-term key is made of a password.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |          Algorithm           |  Algorithm Parameters Length   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                    Algorithm Parameters (variable)
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { readUint16, writeUint16 } from "../bytes.ts";
import { type Attribute, AttributeType } from "./attributes.ts";
import { padded } from "./message.ts";

/** RFC 8489 §18.5: the algorithms, of which neither has parameters. */
export const PasswordAlgorithm = { Md5: 0x0001, Sha256: 0x0002 } as const;
export type PasswordAlgorithm = (typeof PasswordAlgorithm)[keyof typeof PasswordAlgorithm];

/** An algorithm as an attribute names it, known to us or not. */
export interface NamedAlgorithm {
  readonly algorithm: number;
  readonly parameters: Uint8Array;
}

const HEADER = 4;

/** Those that a server can use, the one that it likes best first. */
export function encodePasswordAlgorithms(algorithms: readonly PasswordAlgorithm[]): Attribute {
  const value = new Uint8Array(HEADER * algorithms.length);
  for (const [index, algorithm] of algorithms.entries()) writeUint16(value, HEADER * index, algorithm);
  return { type: AttributeType.PasswordAlgorithms, value };
}

/** The one that a client has chosen. */
export function encodePasswordAlgorithm(algorithm: PasswordAlgorithm): Attribute {
  return { ...encodePasswordAlgorithms([algorithm]), type: AttributeType.PasswordAlgorithm };
}

/** Reads PASSWORD-ALGORITHMS; undefined when the value is not well-formed. */
export function decodePasswordAlgorithms(value: Uint8Array): readonly NamedAlgorithm[] | undefined {
  const found: NamedAlgorithm[] = [];
  for (let at = 0; at < value.length; ) {
    if (at + HEADER > value.length) return undefined;
    const start = at + HEADER;
    const length = readUint16(value, at + 2);
    // RFC 8489 §14.11: "The parameters are padded to a 32-bit boundary, in the same manner as an attribute." Of the last
    // one the padding may be the attribute's own.
    if (start + length > value.length) return undefined;
    found.push({ algorithm: readUint16(value, at), parameters: value.subarray(start, start + length) });
    at = start + padded(length);
  }
  return found;
}

/** Reads PASSWORD-ALGORITHM; undefined when the value is not one well-formed algorithm. */
export function decodePasswordAlgorithm(value: Uint8Array): NamedAlgorithm | undefined {
  const algorithms = decodePasswordAlgorithms(value);
  return algorithms?.length === 1 ? algorithms[0] : undefined;
}
