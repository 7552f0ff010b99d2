/** RFC 6455 §10.4: a message that is small on the wire, and larger than most want to hold once it is inflated. */
import type { Case } from "../../case.ts";
import { expectDropped, finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import { Closed } from "../../peer/received.ts";
import type { Trial } from "../../peer/trial.ts";
import { DeflateWriter, type Piece } from "../../wire/deflate-writer.ts";
import { Opcode } from "../../wire/frame.ts";
import { compressedFrames } from "../compressed.ts";
import { both } from "../section.ts";

const protect =
  "Implementations that have implementation- and/or platform-specific limitations regarding the frame size or total message size after reassembly from multiple frames MUST protect themselves against exceeding those limits.";

const LENGTH = 64 * 1024 * 1024 + 1;

export const inflatedMessage: readonly Case<Trial>[] = both("rfc6455/10.4", { profile: "deflate" }, [
  {
    number: 301,
    title: "a message of 0.4 MiB that inflates to more than 64 MiB: refused with 1009, or echoed",
    requirement: protect,
    level: "MUST",
    alone: true,
    run: async (trial) => {
      const peer = await trial.openDeflate();
      peer.send(...compressedFrames(peer, Opcode.Binary, zeros(LENGTH)));
      try {
        await peer.expectBinary(Buffer.alloc(LENGTH));
      } catch (error) {
        if (!(error instanceof Closed)) throw error;
        await refused(peer, error);
        return;
      }
      const expected = "a limit to what a message inflates to";
      trial.note({ severity: "info", expected, came: `the echo of ${LENGTH.toLocaleString("en")} octets` });
      await finish(peer);
    },
  },
]);

async function refused(peer: Peer, { received, came }: Closed): Promise<void> {
  const payload = received.kind === "frame" ? received.frame.payload : Buffer.alloc(0);
  const code = payload.length < 2 ? undefined : payload.readUInt16BE(0);
  // RFC 6455 §7.4.1: "1009 indicates that an endpoint is terminating the connection because it has received a message
  // that is too big for it to process."
  if (code !== 1009)
    peer.note({ severity: "warn", expected: "a Close frame with 1009", came, clause: "RFC 6455 §7.4.1" });
  if (received.kind !== "frame") return;
  peer.close(code);
  await expectDropped(peer);
}

/** So many octets of 0, compressed as far as fixed Huffman codes allow. */
function zeros(length: number): Buffer {
  const longest = 258;
  const times = Math.floor((length - 1) / longest);
  const pieces: Piece[] = new Array<Piece>(times).fill({ length: longest, distance: 1 });
  return new DeflateWriter().fixed([Buffer.alloc(length - times * longest), ...pieces]).payload();
}
