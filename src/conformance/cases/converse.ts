/** A conversation in which it shows whether a peer keeps to what was agreed on for permessage-deflate. */
import { finish } from "../peer/closing.ts";
import type { Peer } from "../peer/peer.ts";
import type { Random } from "../random.ts";
import { Opcode } from "../wire/frame.ts";
import { expectEchoOf, expectInflated } from "./compressed.ts";
import { endsAsItBegins, repeatsAtTheEdge, repeatsBeyond } from "./far-repeats.ts";

/**
 * What reaches beyond the peer's window, or from one message to the next, must not be used by it; what is at the edge
 * of ours must be understood.
 *
 * @throws {Deviation} when the peer does otherwise
 */
export async function converse(peer: Peer, random: Random): Promise<void> {
  const twice = endsAsItBegins(2_000, random);
  for (const message of [twice, twice]) await expectEchoOf(peer, Opcode.Text, message);
  for (const message of repeatsBeyond(2 ** peer.inflater!.options.windowBits, random)) {
    await expectEchoOf(peer, Opcode.Binary, message);
  }
  const { windowBits, contextTakeover } = peer.deflater!.options;
  const [within, across] = repeatsAtTheEdge(2 ** windowBits, random);
  for (const { payload, message } of contextTakeover ? [within, across] : [within]) {
    await expectInflated(peer, Opcode.Binary, [payload], message);
  }
  await finish(peer);
}
