/**
 * What members say to each other in the benchmarks, and what others hear of it. Each text differs from the next, so
 * that one that is lost, swapped or doubled shows. Pure.
 */
import { startGenerator } from "../websocket/frames.ts";

/** What is passed on. */
export type Kind = "message" | "candidate" | "description";

/** What a command says, beside its type and whom it is for. */
export type Said = Readonly<Record<string, unknown>>;

/** How many texts differ from each other; after them the first follows again. */
export const CYCLE = 16;

/** A cycle of commands, each of so many octets. */
export function commandsTo(kind: Kind, to: string | undefined, octets: number): readonly Said[] {
  const random = startGenerator(octets);
  return Array.from({ length: CYCLE }, () => {
    const bare = JSON.stringify({ type: kind, to, ...saidOf(kind, "") }).length;
    if (bare > octets) throw new RangeError(`a ${kind} has at least ${bare} octets`);
    return { type: kind, to, ...saidOf(kind, letters(octets - bare, random)) };
  });
}

/** @param filler letters, as many as make it as long as wanted */
function saidOf(kind: Kind, filler: string): Said {
  switch (kind) {
    case "message":
      return { text: filler };
    case "candidate":
      return { candidate: candidateOf(filler) };
    case "description":
      return { description: { type: "offer", sdp: `${sessionDescription}a=msid:- ${filler}\r\n` } };
  }
}

/** As a browser gives it, but for the length of its last field. */
export function candidateOf(ufrag: string): Said {
  const candidate = `candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag ${ufrag} network-cost 999`;
  return { candidate, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "k3Fq" };
}

/** The offer of an audio section, as a browser would write it with fewer formats. */
export const sessionDescription: string = [
  "v=0",
  "o=- 2878872453569161462 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "a=msid-semantic: WMS",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 0",
  "c=IN IP4 0.0.0.0",
  "a=rtcp:9 IN IP4 0.0.0.0",
  "a=ice-ufrag:k3Fq",
  "a=ice-pwd:S8XZfeXOiX56+xyq+6Z30Jhe",
  "a=ice-options:trickle",
  "a=fingerprint:sha-256 4F:8D:65:55:CB:BE:5F:44:EC:35:7C:B4:D7:EB:F0:77:05:54:5C:D7:FD:2C:2A:2B:27:60:96:48:C6:B7:6A:6A",
  "a=setup:actpass",
  "a=mid:0",
  "a=sendrecv",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "a=rtpmap:0 PCMU/8000",
  "",
].join("\r\n");

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function letters(count: number, random: () => number): string {
  return Array.from({ length: count }, () => ALPHABET[random() % ALPHABET.length]).join("");
}
