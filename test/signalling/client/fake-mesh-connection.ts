import type { RtcConstructor, RtcDescription, RtcTrack } from "../../../src/signalling/client/index.ts";
import { FakeConnection, sdpOf } from "./fake-connection.ts";

let versions = 0;

/** A {@link FakeConnection} that a mesh can use: tracks are wanted by their ids, and it gathers two candidates. */
export class FakeMeshConnection extends FakeConnection {
  readonly configurations: unknown[] = [];
  readonly transceivers: { direction: string; sender: { track: unknown } }[] = [];

  constructor(configuration?: unknown) {
    super();
    this.configurations.push(configuration);
  }

  override async setLocalDescription(description: RtcDescription): Promise<void> {
    await super.setLocalDescription(description);
    if (description.type === "rollback") return;
    const text = "candidate:1 1 udp 2122260223 192.0.2.1 49203 typ host";
    for (const candidate of [text, ""])
      this.emit("icecandidate", {
        candidate: { candidate, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null },
      });
    this.emit("icecandidate", { candidate: null });
  }

  addTrack(track: RtcTrack): { readonly track: RtcTrack } {
    this.transceivers.push({ direction: "sendrecv", sender: { track } });
    this.want(track.id);
    return { track };
  }

  removeTrack({ track }: { readonly track: RtcTrack }): void {
    this.unwant(track.id);
  }

  getTransceivers(): readonly object[] {
    return this.transceivers;
  }

  setConfiguration(configuration: unknown): void {
    this.configurations.push(configuration);
  }

  close(): void {
    this.signalingState = "closed";
  }

  /** No two descriptions are alike, so that each can be told apart. */
  protected override describe(names: readonly string[]): string {
    return sdpOf(names, ++versions);
  }
}

export const FakeRtc = FakeMeshConnection as unknown as RtcConstructor;
