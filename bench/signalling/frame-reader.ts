/** Cuts what a server sends into its messages, wherever the stream was cut. Without the code under test. Pure. */

/** FIN and the opcode of text (RFC 6455 §5.2). */
const TEXT = 0x81;

const NOTHING: Buffer = Buffer.alloc(0);

export class FrameReader {
  /** A frame that came in part. */
  #rest: Buffer = NOTHING;

  /**
   * Takes the first `length` octets of `chunk`, and tells `receive` of each message: where in which octets it lies.
   *
   * @throws {Error} when something else comes than unmasked text in one frame
   */
  read(chunk: Buffer, length: number, receive: (octets: Buffer, start: number, end: number) => void): void {
    const octets =
      this.#rest.length === 0
        ? chunk.subarray(0, length)
        : Buffer.concat([this.#rest, chunk.subarray(0, length)]);
    let at = 0;
    while (at + 2 <= octets.length) {
      if (octets[at] !== TEXT) throw new Error(`the server sends what is not text: ${octets[at]}`);
      const short = octets[at + 1]!;
      if (short > 127) throw new Error("the server's frame is masked");
      const start = at + headerSize(short);
      if (start > octets.length) break;
      const end = start + payloadSize(octets, at, short);
      if (end > octets.length) break;
      receive(octets, start, end);
      at = end;
    }
    this.#rest = at === octets.length ? NOTHING : Buffer.from(octets.subarray(at));
  }
}

/** @param short the seven bits of RFC 6455 §5.2, which hold the length themselves or say where it is */
function headerSize(short: number): number {
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

function payloadSize(octets: Buffer, at: number, short: number): number {
  if (short < 126) return short;
  return short === 126 ? octets.readUInt16BE(at + 2) : Number(octets.readBigUInt64BE(at + 2));
}
