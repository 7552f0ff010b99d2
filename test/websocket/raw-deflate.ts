/** A compressed message as RFC 7692 §7.2.1 has it, by zlib alone. */
import { constants, deflateRawSync } from "node:zlib";

export function rawDeflated(text: Uint8Array): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}
