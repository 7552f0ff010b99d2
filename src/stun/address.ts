/**
 * RFC 8489 §14.1 MAPPED-ADDRESS, §14.2 XOR-MAPPED-ADDRESS, §14.15 ALTERNATE-SERVER: transport addresses.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |0 0 0 0 0 0 0 0|    Family     |           Port                |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                                                               |
 *     |                 Address (32 bits or 128 bits)                 |
 *     |                                                               |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * In XOR-MAPPED-ADDRESS the port and the address are XORed with what stands in the header from the magic cookie on:
 * some NATs rewrite their own address wherever they see it.
 */
import { canonicalAddress } from "../addresses.ts";
import { readUint16, writeUint16, writeUint32 } from "../bytes.ts";
import { type Attribute, AttributeType } from "./attributes.ts";
import { MAGIC_COOKIE } from "./message.ts";

/** An address and a port. An IPv4 address in IPv6 clothes is that IPv4 address, and zones do not count (src/addresses.ts). */
export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

/** RFC 8489 §14.1. */
const IPV4 = 0x01;
const IPV6 = 0x02;
/** Octets before the address. */
const PREFIX = 4;
/** Where in a message the magic cookie is, and behind it the transaction ID. */
const COOKIE_AT = 4;

/** Whether the address is one of IPv6: it alone has colons. For an address in its one form (`canonicalAddress`). */
export function isIPv6(address: string): boolean {
  return address.includes(":");
}

/** @throws {TypeError} when `address` is none, {RangeError} when `port` is none */
export function encodeMappedAddress(address: TransportAddress): Attribute {
  return { type: AttributeType.MappedAddress, value: encodeAddress(address) };
}

/** @throws {TypeError} when `address` is none, {RangeError} when `port` is none */
export function encodeAlternateServer(address: TransportAddress): Attribute {
  return { type: AttributeType.AlternateServer, value: encodeAddress(address) };
}

/**
 * @param transactionId of the message that the attribute is for
 * @throws {TypeError} when `address` is none, {RangeError} when `port` is none
 */
export function encodeXorMappedAddress(address: TransportAddress, transactionId: Uint8Array): Attribute {
  const value = encodeAddress(address);
  applyXor(value, transactionId);
  return { type: AttributeType.XorMappedAddress, value };
}

/** Reads MAPPED-ADDRESS and ALTERNATE-SERVER; undefined when the value is not well-formed. */
export function decodeMappedAddress(value: Uint8Array): TransportAddress | undefined {
  // RFC 8489 §14.1: "The first 8 bits of the MAPPED-ADDRESS MUST be set to 0 and MUST be ignored by receivers."
  const family = value[1];
  // RFC 8489 §14.1: "If the address family is IPv4, the address MUST be 32 bits. If the address family is IPv6, the
  // address MUST be 128 bits."
  if (family === IPV4 && value.length === PREFIX + 4) {
    return { address: value.subarray(PREFIX).join("."), port: readUint16(value, 2) };
  }
  if (family !== IPV6 || value.length !== PREFIX + 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, at) => readUint16(value, PREFIX + 2 * at).toString(16));
  const address = canonicalAddress(groups.join(":"));
  return address === undefined ? undefined : { address, port: readUint16(value, 2) };
}

/** Reads XOR-MAPPED-ADDRESS; undefined when the value is not well-formed. */
export function decodeXorMappedAddress(
  value: Uint8Array,
  transactionId: Uint8Array,
): TransportAddress | undefined {
  if (value.length > PREFIX + 16) return undefined;
  const plain = Uint8Array.from(value);
  applyXor(plain, transactionId);
  return decodeMappedAddress(plain);
}

/**
 * Writes the value of XOR-MAPPED-ADDRESS at `message[at]`, where the header of `message` is in its place already:
 * {@link addressValueSize} octets.
 *
 * @param address in its one form (`canonicalAddress`), as in all answers: so it is not looked at again
 */
export function writeXorAddress(message: Uint8Array, at: number, address: string, port: number): void {
  writeAddress(message, at, address, port);
  for (let index = 2; index < addressValueSize(address); index++) {
    message[at + index] = message[at + index]! ^ message[COOKIE_AT + maskIndex(index)]!;
  }
}

/** Octets of the value for an address in its one form. */
export function addressValueSize(address: string): number {
  return PREFIX + (isIPv6(address) ? 16 : 4);
}

function encodeAddress({ address, port }: TransportAddress): Uint8Array {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) throw new TypeError(`${JSON.stringify(address)} is no IP address`);
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) throw new RangeError(`${port} is no port`);
  const value = new Uint8Array(addressValueSize(canonical));
  writeAddress(value, 0, canonical, port);
  return value;
}

function writeAddress(bytes: Uint8Array, at: number, address: string, port: number): void {
  const six = isIPv6(address);
  bytes[at] = 0;
  bytes[at + 1] = six ? IPV6 : IPV4;
  writeUint16(bytes, at + 2, port);
  if (six) writeIPv6(bytes, at + PREFIX, address);
  else writeIPv4(bytes, at + PREFIX, address);
}

/** Digit by digit: this is done for every answer, and allocates nothing. */
function writeIPv4(bytes: Uint8Array, at: number, address: string): void {
  let octet = 0;
  for (let index = 0; index < address.length; index++) {
    const code = address.charCodeAt(index);
    if (code === DOT) {
      bytes[at++] = octet;
      octet = 0;
    } else {
      octet = octet * 10 + code - ZERO;
    }
  }
  bytes[at] = octet;
}

const DOT = 0x2e;
const ZERO = 0x30;

/** @param address in the form of RFC 5952, which `canonicalAddress` gives */
function writeIPv6(bytes: Uint8Array, at: number, address: string): void {
  const [before = "", after] = address.split("::");
  const left = before === "" ? [] : before.split(":");
  const right = after === undefined || after === "" ? [] : after.split(":");
  bytes.fill(0, at, at + 16);
  for (const [index, group] of left.entries()) writeUint16(bytes, at + 2 * index, Number.parseInt(group, 16));
  const rest = at + 16 - 2 * right.length;
  for (const [index, group] of right.entries())
    writeUint16(bytes, rest + 2 * index, Number.parseInt(group, 16));
}

/** XORs a value with "the concatenation of the magic cookie and the 96-bit transaction ID" (RFC 8489 §14.2). */
function applyXor(value: Uint8Array, transactionId: Uint8Array): void {
  const mask = new Uint8Array(16);
  writeUint32(mask, 0, MAGIC_COOKIE);
  mask.set(transactionId, 4);
  for (let index = 2; index < value.length; index++) value[index] = value[index]! ^ mask[maskIndex(index)]!;
}

/** Which octet of the mask is for that of the value: port and address both begin with its first. */
function maskIndex(index: number): number {
  return index < PREFIX ? index - 2 : index - PREFIX;
}
