/** A peer whose other end a test writes out: frames in a script, no socket. */
import { type Duplex, duplexPair } from "node:stream";
import { Connection } from "../../../src/conformance/peer/connection.ts";
import { OctetStream } from "../../../src/conformance/peer/octet-stream.ts";
import { Peer } from "../../../src/conformance/peer/peer.ts";
import { Random } from "../../../src/conformance/random.ts";
import type { Finding } from "../../../src/conformance/verdict.ts";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type FrameToWrite,
} from "../../../src/conformance/wire/frame.ts";
import { WireLog } from "../../../src/conformance/wire/wire-log.ts";

export interface ScriptedPeer {
  readonly peer: Peer;
  readonly findings: readonly Finding[];
  readonly log: WireLog;
}

/** What the other end does with a frame that has come. */
export type Script = (frame: Frame, end: OtherEnd) => void;

export interface OtherEnd {
  send(...frames: readonly FrameToWrite[]): void;
  end(): void;
  reset(): void;
}

export const PATIENCE = 100;

/** A peer of this role, which says `first` unasked and then does what the script says. */
export function scriptedPeer(
  role: "server" | "client",
  script: Script,
  first: readonly FrameToWrite[] = [],
): ScriptedPeer {
  const [ours, theirs] = duplexPair();
  const findings: Finding[] = [];
  const log = new WireLog(() => 0);
  const connection = new Connection(new OctetStream(ours), { log, number: 1, patience: PATIENCE });
  const note = (finding: Finding): void => {
    findings.push(finding);
  };
  const end = otherEnd(theirs);
  readFrames(theirs, (frame) => script(frame, end));
  if (first.length > 0) end.send(...first);
  return { peer: new Peer(connection, { role, random: new Random(1), note, extensions: "" }), findings, log };
}

function otherEnd(stream: Duplex): OtherEnd {
  return {
    send: (...frames) => stream.write(Buffer.concat(frames.map((frame) => encodeFrame(frame)))),
    end: () => stream.end(),
    reset: () => stream.destroy(),
  };
}

function readFrames(stream: Duplex, take: (frame: Frame) => void): void {
  let unread = Buffer.alloc(0);
  stream.on("data", (octets: Buffer) => {
    unread = Buffer.concat([unread, octets]);
    for (let found = decodeFrame(unread); found !== undefined; found = decodeFrame(unread)) {
      unread = unread.subarray(found.size);
      take(found.frame);
    }
  });
  stream.on("error", () => {});
}
