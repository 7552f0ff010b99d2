/** WebRTC as others make it (`wrtc`, libwebrtc under Node): meshes, offers that meet, connections lost in between. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import wrtc from "wrtc";
import {
  type ClientSocketConstructor,
  connect,
  Mesh,
  type MeshOptions,
  type MeshPeer,
  type RtcConstructor,
  type RtcDataChannel,
  type RtcStream,
  type SignallingSession,
} from "../../src/signalling/client/index.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { type RunningServer, runServer } from "../integration/running-server.ts";
import { Balancer } from "../services/balancer.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.stop());

const callers: Caller[] = [];
afterEach(async () => {
  for (const caller of callers.splice(0)) await caller.end();
});

/** Somebody with a line to the server that can be cut, and a mesh. */
class Caller {
  readonly name: string;
  readonly line: Balancer;
  readonly session: SignallingSession;
  readonly mesh: Mesh;
  /** What each other has said to us over its channel. */
  readonly heard = new Map<string, string[]>();
  readonly channels = new Map<string, RtcDataChannel>();
  /** Whose track has brought us something. */
  readonly played = new Set<string>();
  readonly events: string[] = [];
  #changed: () => void = () => {};

  constructor(name: string, token: string, line: Balancer, options: Partial<MeshOptions>) {
    this.name = name;
    this.line = line;
    this.session = connect(`${line.url.replace("http", "ws")}/ws`, {
      token,
      WebSocket: WebSocket as unknown as ClientSocketConstructor,
    });
    this.mesh = new Mesh({
      session: this.session,
      RTCPeerConnection: wrtc.RTCPeerConnection as unknown as RtcConstructor,
      channels: [{ label: "data" }],
      ...options,
    });
    this.mesh.addEventListener("channel", ({ peer, channel }) => this.#open(peer, channel));
    this.mesh.addEventListener("stream", ({ peer, stream }) => this.#play(peer, stream));
    this.mesh.addEventListener("state", () => this.#changed());
    this.mesh.addEventListener("error", ({ error }) => this.events.push(`error ${String(error)}`));
    for (const type of ["joined", "resumed"] as const)
      this.session.addEventListener(type, () => {
        this.events.push(type);
        this.#changed();
      });
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Whether the channel with each of these is open. */
  reaches(others: readonly Caller[]): boolean {
    return others.every(({ name }) => this.channels.get(name)?.readyState === "open");
  }

  async end(): Promise<void> {
    this.mesh.close();
    this.session.close();
    await this.line.stop();
  }

  #open({ name }: MeshPeer, channel: RtcDataChannel): void {
    this.channels.set(name, channel);
    this.heard.set(name, []);
    channel.addEventListener("open", () => this.#changed());
    channel.addEventListener("message", ({ data }) => {
      this.heard.get(name)!.push(String(data));
      this.#changed();
    });
  }

  #play({ name }: MeshPeer, stream: RtcStream): void {
    const [track] = (stream as unknown as MediaStreamLike).getAudioTracks();
    if (track === undefined) return;
    const sink = new wrtc.nonstandard.RTCAudioSink(track as never);
    sink.ondata = () => {
      sink.stop();
      this.played.add(name);
      this.#changed();
    };
  }
}

interface MediaStreamLike {
  getAudioTracks(): readonly object[];
}

const tokens = new Map<string, string>();

/** Each registers once. */
async function tokenOf(name: string): Promise<string> {
  const token = tokens.get(name) ?? (await server.login(name));
  tokens.set(name, token);
  return token;
}

async function call(name: string, options: Partial<MeshOptions> = {}): Promise<Caller> {
  const line = await Balancer.start();
  line.use(server.url);
  const caller = new Caller(name, await tokenOf(name), line, options);
  callers.push(caller);
  return caller;
}

function othersOf(caller: Caller): readonly Caller[] {
  return callers.filter((other) => other !== caller);
}

async function connected(): Promise<void> {
  await Promise.all(callers.map((caller) => caller.until(() => caller.reaches(othersOf(caller)))));
}

/** A microphone that hears a quiet hum; `stop` puts it down. */
function microphone(): { readonly stream: RtcStream; stop(): void } {
  const source = new wrtc.nonstandard.RTCAudioSource();
  const track = source.createTrack();
  const samples = new Int16Array(480).map((_, i) => 1000 * Math.sin(i / 7));
  const timer = setInterval(() => source.onData({ samples, sampleRate: 48_000 } as never), 10);
  const stop = (): void => {
    clearInterval(timer);
    track.stop();
  };
  return { stream: new wrtc.MediaStream([track]) as unknown as RtcStream, stop };
}

/** All say `count` things to each, and hear them all, in order. */
async function talk(count: number): Promise<void> {
  const texts = (from: Caller, to: Caller): readonly string[] =>
    Array.from({ length: count }, (_, i) => `${i}: ${from.name} to ${to.name}`);
  for (const caller of callers) {
    for (const other of othersOf(caller))
      for (const text of texts(caller, other)) caller.channels.get(other.name)!.send(text);
  }
  for (const caller of callers) {
    for (const other of othersOf(caller)) {
      await caller.until(() => caller.heard.get(other.name)!.length >= count);
      expect(caller.heard.get(other.name)).toEqual(texts(other, caller));
    }
  }
}

function once(mesh: Mesh, type: "stream" | "stream-removed"): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listening = new AbortController();
  const done = (): void => {
    listening.abort();
    resolve();
  };
  mesh.addEventListener(type, done, { signal: listening.signal });
  return promise;
}

describe("a mesh of wrtc peers", () => {
  it("of six carries data both ways and sound on all fifteen connections", async () => {
    const names = ["ann", "ben", "cid", "dan", "eve", "fay"];
    const microphones = names.map(() => microphone());
    for (const [i, name] of names.entries()) {
      const caller = await call(name);
      caller.mesh.addStream(microphones[i]!.stream);
    }
    await Promise.all(callers.map(({ session }) => session.join("six")));
    await connected();
    await talk(100);
    for (const caller of callers) await caller.until(() => caller.played.size === 5);
    expect(callers.map(({ events }) => events)).toEqual(names.map(() => ["joined"]));
    for (const { stop } of microphones) stop();
  });

  it("settles offers that meet: both offer at once, many times over (RFC 9429 §4.1.10.2)", async () => {
    // No patience: nobody waits for the newcomer's offer.
    const ann = await call("ann", { patience: 0 });
    const ben = await call("ben", { patience: 0 });
    await Promise.all([ann.session.join("glare"), ben.session.join("glare")]);
    await connected();
    for (let round = 0; round < 10; round++) {
      const sounds = [microphone(), microphone()];
      const meshes = [ann, ben].map(({ mesh }) => mesh);
      const come = meshes.map((mesh) => once(mesh, "stream"));
      // A track makes each connection need an offer, in the same turn.
      for (const [i, mesh] of meshes.entries()) mesh.addStream(sounds[i]!.stream);
      await Promise.all(come);
      const gone = meshes.map((mesh) => once(mesh, "stream-removed"));
      for (const [i, mesh] of meshes.entries()) mesh.removeStream(sounds[i]!.stream);
      await Promise.all(gone);
      for (const { stop } of sounds) stop();
    }
    await talk(20);
    expect([ann, ben].map(({ events }) => events)).toEqual([["joined"], ["joined"]]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "connects though a line is cut in the middle of negotiation (%i)",
    async (notices) => {
      const ann = await call("ann");
      const ben = await call("ben");
      // Cut after so many words of the other side: descriptions and candidates are on their way in both directions.
      let heard = 0;
      for (const type of ["description", "candidate", "end-of-candidates"] as const) {
        ben.session.addEventListener(type, () => {
          heard++;
          if (heard === notices) ben.line.cut();
          if (heard === notices + 1) ann.line.cut();
        });
      }
      await ann.session.join(`cut-${notices}`);
      await ben.session.join(`cut-${notices}`);
      await connected();
      await talk(20);
      await Promise.all([ann, ben].map((caller) => caller.until(() => caller.session.state === "online")));
      expect(ben.events[0]).toBe("joined");
      expect(ben.events.slice(1).every((event) => event === "resumed")).toBe(true);
    },
  );
});
