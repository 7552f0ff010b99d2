import type { RtcStats, RtcStatsReport } from "./webrtc-types.ts";

/** How a connection does, in short; what is undefined is not known, or not yet. */
export interface PeerStats {
  /** Milliseconds to the other side and back, as ICE last measured it. */
  readonly roundTripTime: number | undefined;
  /** Over the candidate pair in use. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** RTP packets of theirs that never came. */
  readonly packetsLost: number;
  /** The types of the two candidates in use (RFC 8445 §5.1.1): `host`, `srflx`, `prflx` or `relay`. */
  readonly local: string | undefined;
  readonly remote: string | undefined;
  /** Whether all goes through a TURN server, of either side. */
  readonly relayed: boolean;
}

/** Summarizes what `getStats` gives (W3C WebRTC Statistics §8). */
export function summarize(report: RtcStatsReport): PeerStats {
  let nominated: RtcStats | undefined;
  let selected: RtcStats | undefined;
  let packetsLost = 0;
  report.forEach((one) => {
    // After a restart several pairs may be nominated; but not all stacks name the one that is in use.
    selected ??= report.get(one.selectedCandidatePairId ?? "");
    if (one.nominated) nominated = one;
    if (one.type === "inbound-rtp") packetsLost += one.packetsLost ?? 0;
  });
  const pair = selected ?? nominated;
  const { bytesSent = 0, bytesReceived = 0, currentRoundTripTime: seconds } = pair ?? {};
  const type = (id = ""): string | undefined => report.get(id)?.candidateType;
  const local = type(pair?.localCandidateId);
  const remote = type(pair?.remoteCandidateId);
  const relayed = local === "relay" || remote === "relay";
  const roundTripTime = seconds && seconds * 1000;
  return { roundTripTime, bytesSent, bytesReceived, packetsLost, local, remote, relayed };
}
