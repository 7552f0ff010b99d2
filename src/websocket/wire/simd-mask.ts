/**
 * RFC 6455 §5.3 masking, 16 bytes a step: a WebAssembly module that works in place in a memory of its own.
 *
 * It serves who can let bytes arrive in that memory. Up to 16 bytes it takes as long as mask.ts, so that no
 * other path is worth a line here; from 32 bytes on half as long, from 64 on a third (bench/websocket/mask).
 */
import { reverseOctets, rotateKey } from "./mask.ts";

/** Masking within one piece of memory. */
export interface SimdMask {
  /** The memory, as long as it was asked for or longer. It never grows and cannot be detached. */
  readonly memory: Buffer;
  /**
   * XORs `memory[start..end)` in place.
   *
   * @param key the 32-bit masking key, first octet in the high byte
   * @param phase how many bytes of this payload were masked before, modulo 4
   */
  mask(start: number, end: number, key: number, phase: number): void;
}

const PAGE = 64 * 1024;
/** Indices are sums of 32 bits in the module: in so much memory none overflows. */
const MAX_BYTES = 2 ** 30;

/**
 * Allocates at least `bytes` of memory, and what masks there. Undefined where WebAssembly or its SIMD
 * instructions are missing or forbidden, or where there is no room for the memory.
 *
 * @throws {RangeError} when `bytes` is no integer from 1 to 2^30
 */
export function createSimdMask(bytes: number): SimdMask | undefined {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > MAX_BYTES) {
    throw new RangeError("the memory to mask in has 1 to 2^30 bytes");
  }
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(MODULE)) return undefined;
  const pages = Math.ceil(bytes / PAGE);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(MODULE), { "": { memory } });
    return maskWithin(Buffer.from(memory.buffer), instance.exports.mask);
  } catch {
    // Code generation is forbidden, or the address space is used up. Why does not matter: mask.ts is there.
    return undefined;
  }
}

/** @param xor takes the key as it lies in memory, which in WebAssembly is always little-endian */
function maskWithin(memory: Buffer, xor: (start: number, end: number, key: number) => void): SimdMask {
  return {
    memory,
    mask(start, end, key, phase) {
      xor(start, end, reverseOctets(rotateKey(key, phase)));
    },
  };
}

/** What is used here of WebAssembly's JavaScript interface, which Node's types leave out. */
declare const WebAssembly:
  | undefined
  | {
      validate(module: Uint8Array): boolean;
      readonly Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (
        module: object,
        imports: object,
      ) => { readonly exports: { mask(start: number, end: number, key: number): void } };
    };

/**
 * The module: its octets (WebAssembly Core Specification 2.0, §5), and to their right what they say in the
 * text format (§6). `$at` and `$end` are indices, `$key` has the first octet to be used in its low byte.
 */
const MODULE: Buffer = assemble(`
  00 61 73 6d  01 00 00 00       ;; (module                                      magic, version 1
  01 07  01                      ;;                                              types: 7 octets, 1 type
  60  03 7f 7f 7f  00            ;;   (type (func (param i32 i32 i32)))
  02 0c  01                      ;;                                              imports: 12 octets, 1 import
  00  06 6d 65 6d 6f 72 79       ;;   (import "" "memory"
  02  00 01                      ;;     (memory 1))
  03 02  01 00                   ;;                                              functions: 1, of type 0
  07 08  01                      ;;                                              exports: 8 octets, 1 export
  04 6d 61 73 6b  00 00          ;;   (export "mask" (func 0))
  0a 7f  01 7d                   ;;                                              code: 1 function of 125 octets
                                 ;;   (func (param $at i32) (param $end i32) (param $key i32)
  01 01 7b                       ;;     (local $keys v128)
  20 02  fd 11  21 03            ;;     local.get $key  i32x4.splat  local.set $keys

  03 40                          ;;     loop $next
  20 00  41 10  6a               ;;       local.get $at  i32.const 16  i32.add
  20 01  4d  04 40               ;;       local.get $end  i32.le_u  if
  20 00                          ;;         local.get $at
  20 00  fd 00 00 00             ;;         local.get $at  v128.load align=1
  20 03  fd 51                   ;;         local.get $keys  v128.xor
  fd 0b 00 00                    ;;         v128.store align=1
  20 00  41 10  6a  21 00        ;;         local.get $at  i32.const 16  i32.add  local.set $at
  0c 01  0b  0b                  ;;         br $next  end  end

  03 40                          ;;     loop $next
  20 00  41 04  6a               ;;       local.get $at  i32.const 4  i32.add
  20 01  4d  04 40               ;;       local.get $end  i32.le_u  if
  20 00                          ;;         local.get $at
  20 00  28 00 00                ;;         local.get $at  i32.load align=1
  20 02  73                      ;;         local.get $key  i32.xor
  36 00 00                       ;;         i32.store align=1
  20 00  41 04  6a  21 00        ;;         local.get $at  i32.const 4  i32.add  local.set $at
  0c 01  0b  0b                  ;;         br $next  end  end

  03 40                          ;;     loop $next
  20 00  20 01  49  04 40        ;;       local.get $at  local.get $end  i32.lt_u  if
  20 00                          ;;         local.get $at
  20 00  2d 00 00                ;;         local.get $at  i32.load8_u
  20 02  73                      ;;         local.get $key  i32.xor
  3a 00 00                       ;;         i32.store8
  20 02  41 08  76  21 02        ;;         local.get $key  i32.const 8  i32.shr_u  local.set $key
  20 00  41 01  6a  21 00        ;;         local.get $at  i32.const 1  i32.add  local.set $at
  0c 01  0b  0b  0b              ;;         br $next  end  end))
`);

function assemble(listing: string): Buffer {
  return Buffer.from(listing.replace(/;;.*|\s/g, ""), "hex");
}
