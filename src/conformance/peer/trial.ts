/** One case being carried out against a WebSocket peer: what a case of either role may ask for. */
import type { Role } from "../case.ts";
import type { Random } from "../random.ts";
import type { Finding } from "../verdict.ts";
import type { Peer } from "./peer.ts";

/** What permessage-deflate shall be agreed on, seen from the suite (RFC 7692 §7.1). */
export interface DeflateWish {
  /** The window we compress with, 8 to 15: asks the peer to know it. Default: not mentioned. */
  readonly ourWindowBits?: number;
  /** The window the peer shall compress with, 8 to 15. Default: not mentioned. */
  readonly peerWindowBits?: number;
  /** We begin each message with an empty window. Default false. */
  readonly ourNoContextTakeover?: boolean;
  /** The peer shall begin each message with an empty window. Default false. */
  readonly peerNoContextTakeover?: boolean;
}

export interface Trial {
  /** What is under test. */
  readonly role: Exclude<Role, "jwt">;
  readonly random: Random;
  /** Milliseconds to wait for evidence before its absence is taken for an answer. */
  readonly patience: number;
  /** Whether connections are streams of HTTP/2 (RFC 8441). */
  readonly overHttp2: boolean;
  /** Notes what was found without ending the case. */
  note(finding: Finding): void;
  /**
   * A connection after a plain opening handshake.
   *
   * @throws {SetupFailed} when there is no connection, or the handshake fails
   */
  open(): Promise<Peer>;
  /**
   * A connection on which permessage-deflate was agreed on as wished: as the first of the wishes that the peer
   * takes part in.
   *
   * @throws {NotApplicable} when the peer does not take part
   * @throws {Deviation} when a server answers what the offers do not allow
   * @throws {SetupFailed} as for {@link open}
   */
  openDeflate(...wishes: readonly DeflateWish[]): Promise<Peer>;
}
