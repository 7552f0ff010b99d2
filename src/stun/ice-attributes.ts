/**
 * RFC 8445 §7.1 and §16.1: the attributes of ICE's connectivity checks. Here is how they are written; what they mean is
 * for an ICE agent.
 */
import { readUint32, writeUint32 } from "../bytes.ts";
import { type Attribute, AttributeType } from "./attributes.ts";

/** The priority that a peer-reflexive candidate would have (RFC 8445 §7.1.1). @throws {RangeError} outside of 0 to 2³² - 1 */
export function encodePriority(priority: number): Attribute {
  if (!Number.isInteger(priority) || priority < 0 || priority > 0xffffffff) {
    throw new RangeError(`${priority} is no priority`);
  }
  const value = new Uint8Array(4);
  writeUint32(value, 0, priority);
  return { type: AttributeType.Priority, value };
}

/** Undefined when the value is not well-formed. */
export function decodePriority(value: Uint8Array): number | undefined {
  return value.length === 4 ? readUint32(value, 0) : undefined;
}

/** The controlling agent nominates this pair (RFC 8445 §7.1.2): a flag, without a value. */
export function encodeUseCandidate(): Attribute {
  return { type: AttributeType.UseCandidate, value: new Uint8Array(0) };
}

/** The agent takes the role; its tiebreaker is an unsigned integer of 64 bits (RFC 8445 §7.1.3). @throws {RangeError} for others */
export function encodeIceControlled(tiebreaker: bigint): Attribute {
  return { type: AttributeType.IceControlled, value: encodeTiebreaker(tiebreaker) };
}

/** As {@link encodeIceControlled}, for the other role. */
export function encodeIceControlling(tiebreaker: bigint): Attribute {
  return { type: AttributeType.IceControlling, value: encodeTiebreaker(tiebreaker) };
}

/** Reads ICE-CONTROLLED and ICE-CONTROLLING; undefined when the value is not well-formed. */
export function decodeTiebreaker(value: Uint8Array): bigint | undefined {
  if (value.length !== 8) return undefined;
  return (BigInt(readUint32(value, 0)) << 32n) | BigInt(readUint32(value, 4));
}

function encodeTiebreaker(tiebreaker: bigint): Uint8Array {
  if (BigInt.asUintN(64, tiebreaker) !== tiebreaker) throw new RangeError("a tiebreaker has 64 bits");
  const value = new Uint8Array(8);
  writeUint32(value, 0, Number(tiebreaker >> 32n));
  writeUint32(value, 4, Number(tiebreaker & 0xffffffffn));
  return value;
}
