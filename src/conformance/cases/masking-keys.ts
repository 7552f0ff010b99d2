/** The masking keys that a client chooses (RFC 6455 §5.3), as its echoes show them. */
import type { Peer } from "../peer/peer.ts";
import { Opcode } from "../wire/frame.ts";

/** The masking keys of all frames that the echoes of so many messages come in, in order; there may be more than one each. */
export async function maskingKeysOf(peer: Peer, messages: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let i = 0; i < messages; i++) {
    peer.text(`message ${i}`);
    for (let whole = false; !whole; ) {
      const { maskingKey, fin, opcode } = await peer.frame("the echo");
      found.push(maskingKey!.readUInt32BE(0));
      whole = fin && opcode < Opcode.Close;
    }
  }
  return found;
}
