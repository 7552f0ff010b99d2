/**
 * What every frame of a peer must observe, whatever the case is about. Each frame that comes goes through here, so
 * that a server which masks its Pongs fails in the case of the Ping.
 */
import type { Role } from "../case.ts";
import { Deviation } from "../verdict.ts";
import { type Frame, Opcode, RSV1 } from "../wire/frame.ts";
import { describeFrame } from "../wire/wire-log.ts";

/**
 * The codes that RFC 6455 §7.4.1 says "MUST NOT be set as a status code in a Close control frame", and 1004, which it
 * reserves without a meaning: §5.5.1 wants one "defined in Section 7.4".
 */
const neverSent: ReadonlySet<number> = new Set([1004, 1005, 1006, 1015]);

export interface ObservanceOptions {
  /** Whose frames these are. */
  readonly role: Exclude<Role, "jwt">;
  /** Whether permessage-deflate was agreed on. */
  readonly deflate: boolean;
}

/** Follows the frames of one peer. */
export class Observance {
  readonly #options: ObservanceOptions;
  #inMessage = false;
  #closed = false;

  constructor(options: ObservanceOptions) {
    this.#options = options;
  }

  /** @throws {Deviation} at the first rule that the frame breaks */
  check(frame: Frame): void {
    this.#checkMask(frame);
    this.#checkHeader(frame);
    const control = frame.opcode >= 0x8;
    if (control) checkControl(frame);
    else this.#checkData(frame);
    if (frame.opcode === Opcode.Close) this.#closed = true;
  }

  #checkMask(frame: Frame): void {
    if (this.#options.role === "server" && frame.maskingKey !== undefined) {
      deviates(
        "an unmasked frame: “A server MUST NOT mask any frames that it sends to the client.”",
        frame,
        "§5.1",
      );
    }
    if (this.#options.role === "client" && frame.maskingKey === undefined) {
      deviates("a masked frame: “a client MUST mask all frames that it sends to the server”", frame, "§5.1");
    }
  }

  #checkHeader(frame: Frame): void {
    const allowed = this.#options.deflate && (frame.opcode === 1 || frame.opcode === 2) ? RSV1 : 0;
    if ((frame.rsv & ~allowed) !== 0) deviates("reserved bits that are 0", frame, "§5.2");
    if (!Object.values<number>(Opcode).includes(frame.opcode)) deviates("a known opcode", frame, "§5.2");
    const needed = frame.payloadLength < 126 ? 7 : frame.payloadLength < 65_536 ? 16 : 64;
    if (frame.lengthBits !== needed) {
      const minimal = `a length in ${needed} bits: “the minimal number of bytes MUST be used to encode the length”`;
      deviates(minimal, frame, "§5.2", `its length in ${frame.lengthBits} bits`);
    }
  }

  #checkData(frame: Frame): void {
    if (this.#closed) {
      deviates(
        "no data frame after a Close frame: “The application MUST NOT send any more data frames”",
        frame,
        "§5.5.1",
      );
    }
    if (frame.opcode === Opcode.Continuation && !this.#inMessage) {
      deviates("a continuation only within a message", frame, "§5.4");
    }
    if (frame.opcode !== Opcode.Continuation && this.#inMessage) {
      deviates("the unfinished message to be finished first", frame, "§5.4");
    }
    this.#inMessage = !frame.fin;
  }
}

function checkControl(frame: Frame): void {
  if (!frame.fin) deviates("a control frame in one piece", frame, "§5.5");
  if (frame.payloadLength > 125) deviates("a control frame of 125 octets or less", frame, "§5.5");
  if (frame.opcode !== Opcode.Close) return;
  if (frame.payloadLength === 1) deviates("a Close frame with no payload, or a status code", frame, "§5.5.1");
  if (frame.payloadLength < 2) return;
  const code = frame.payload.readUInt16BE(0);
  if (code < 1000 || code > 4999 || neverSent.has(code)) {
    deviates("a status code that may be sent in a Close frame", frame, "§7.4");
  }
  if (!isUtf8(frame.payload.subarray(2))) deviates("a reason in UTF-8", frame, "§5.5.1");
}

function deviates(expected: string, frame: Frame, section: string, with_?: string): never {
  const came = `${describeFrame(frame)}${frame.maskingKey === undefined ? "" : ", masked"}${with_ ? `, ${with_}` : ""}`;
  throw new Deviation(expected, came, { level: "MUST", clause: `RFC 6455 ${section}` });
}

/** Whether the octets are UTF-8 (RFC 3629). */
export function isUtf8(octets: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
    return true;
  } catch {
    return false;
  }
}
