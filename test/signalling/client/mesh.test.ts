import { afterEach, describe, expect, it } from "vitest";
import wrtc from "wrtc";
import {
  connect,
  Mesh,
  type MeshEvents,
  type MeshOptions,
  type MeshPeer,
  type RtcDataChannel,
  type RtcStream,
  type SignallingSession,
} from "../../../src/signalling/client/index.ts";
import { sdpOf } from "./fake-connection.ts";
import { MemoryNetwork } from "./memory-network.ts";

const RTCPeerConnection = wrtc.RTCPeerConnection;

/** Somebody with a session and a mesh, and a diary of what the mesh told. */
class Person {
  readonly session: SignallingSession;
  readonly mesh: Mesh;
  readonly diary: string[] = [];

  constructor(network: MemoryNetwork, name: string, options: Partial<MeshOptions> = {}) {
    this.session = connect(`ws://memory/?name=${name}`, {
      WebSocket: network.WebSocket,
      reconnect: { initial: 20 },
    });
    this.mesh = new Mesh({ session: this.session, RTCPeerConnection, ...options });
    for (const type of ["peer-joined", "peer-left", "stream", "stream-removed", "channel", "error"] as const)
      this.mesh.addEventListener(type, ({ peer }) => this.diary.push(`${type} ${peer.name}`));
  }

  peer(name: string): MeshPeer {
    const peer = [...this.mesh.peers.values()].find((one) => one.name === name);
    if (peer === undefined) throw new Error(`${name} is not here`);
    return peer;
  }

  /** The channel with somebody, as soon as there is one. */
  async channel(name: string, label: string): Promise<RtcDataChannel> {
    const there = [...this.mesh.peers.values()].find((one) => one.name === name)?.channels.get(label);
    if (there !== undefined) return there;
    const { channel } = await this.next(
      "channel",
      (event) => event.peer.name === name && event.channel.label === label,
    );
    return channel;
  }

  /** The next event of the mesh that `matches`. */
  next<Type extends keyof MeshEvents>(
    type: Type,
    matches: (event: MeshEvents[Type]) => boolean = () => true,
  ): Promise<MeshEvents[Type]> {
    return new Promise((resolve) => {
      const listening = new AbortController();
      const listener = (event: MeshEvents[Type]): void => {
        if (!matches(event)) return;
        listening.abort();
        resolve(event);
      };
      this.mesh.addEventListener(type, listener, { signal: listening.signal });
    });
  }

  async connectedWith(name: string): Promise<void> {
    const connected = ({ peer }: { peer: MeshPeer }): boolean =>
      peer.name === name && peer.connectionState === "connected";
    if ([...this.mesh.peers.values()].some((peer) => connected({ peer }))) return;
    await this.next("state", connected);
  }

  end(): void {
    this.mesh.close();
    this.session.close();
  }
}

const everyone: Person[] = [];
const tracks: { stop(): void }[] = [];

function person(...args: ConstructorParameters<typeof Person>): Person {
  const one = new Person(...args);
  everyone.push(one);
  return one;
}

function stream(kind: "audio" | "video"): RtcStream {
  const { RTCAudioSource, RTCVideoSource } = wrtc.nonstandard;
  const track = (kind === "audio" ? new RTCAudioSource() : new RTCVideoSource()).createTrack();
  tracks.push(track);
  return new wrtc.MediaStream([track]);
}

function opened(channel: RtcDataChannel): Promise<void> {
  if (channel.readyState === "open") return Promise.resolve();
  return new Promise((resolve) => channel.addEventListener("open", () => resolve()));
}

function heard(channel: RtcDataChannel, count: number): Promise<readonly unknown[]> {
  const messages: unknown[] = [];
  return new Promise((resolve) => {
    channel.addEventListener("message", ({ data }: { data: unknown }) => {
      if (messages.push(data) === count) resolve(messages);
    });
  });
}

async function converse(a: Person, b: Person, label: string): Promise<void> {
  const [ab, ba] = await Promise.all([a.channel(b.session.name!, label), b.channel(a.session.name!, label)]);
  await Promise.all([opened(ab), opened(ba)]);
  const numbers = Array.from({ length: 20 }, (_, i) => `${i}`);
  const [atA, atB] = [heard(ab, 20), heard(ba, 20)];
  for (const number of numbers) {
    ab.send(number);
    ba.send(number);
  }
  expect(await atA).toEqual(numbers);
  expect(await atB).toEqual(numbers);
}

afterEach(() => {
  for (const one of everyone.splice(0)) one.end();
  for (const track of tracks.splice(0)) track.stop();
});

describe("a mesh of wrtc peers through the hub", () => {
  const channels = [{ label: "chat" }];

  it("connects two, who talk both ways over a channel that both configured", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    await ann.session.join("r");
    await bob.session.join("r");
    await Promise.all([ann.connectedWith("bob"), bob.connectedWith("ann")]);
    await converse(ann, bob, "chat");
    expect(ann.diary).toEqual(["peer-joined bob", "channel bob"]);
    expect(bob.diary).toEqual(["peer-joined ann", "channel ann"]);
  });

  it("connects two whose offers collide, and neither loses what it wanted", async () => {
    const network = new MemoryNetwork();
    const options = { channels, patience: 0 };
    const [ann, bob] = [person(network, "ann", options), person(network, "bob", options)];
    ann.mesh.addStream(stream("audio"));
    bob.mesh.addStream(stream("video"));
    const offers: string[] = [];
    for (const one of [ann, bob])
      one.session.addEventListener("description", ({ description }) => {
        if (description.type === "offer") offers.push(`to ${one.session.name}`);
      });
    const streams = [ann.next("stream"), bob.next("stream")];
    await ann.session.join("r");
    await bob.session.join("r");
    const [atAnn, atBob] = await Promise.all(streams);
    expect(atAnn!.stream.getTracks().map(({ kind }) => kind)).toEqual(["video"]);
    expect(atBob!.stream.getTracks().map(({ kind }) => kind)).toEqual(["audio"]);
    expect(offers.slice(0, 2).sort()).toEqual(["to ann", "to bob"]);
    await converse(ann, bob, "chat");
    expect([...ann.diary, ...bob.diary]).not.toContain("error");
  });

  it("stays whole when both add and remove tracks at once, again and again", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    await ann.session.join("r");
    await bob.session.join("r");
    await converse(ann, bob, "chat");
    for (const kind of ["video", "audio", "video"] as const) {
      const [mine, yours] = [stream(kind), stream(kind)];
      const arrived = Promise.all([ann.next("stream"), bob.next("stream")]);
      ann.mesh.addStream(mine);
      bob.mesh.addStream(yours);
      const [atAnn, atBob] = await arrived;
      expect([atAnn.stream.id, atBob.stream.id]).toEqual([yours.id, mine.id]);
      const gone = Promise.all([ann.next("stream-removed"), bob.next("stream-removed")]);
      ann.mesh.removeStream(mine);
      bob.mesh.removeStream(yours);
      await gone;
      expect([ann.peer("bob").streams.size, bob.peer("ann").streams.size]).toEqual([0, 0]);
    }
    await converse(ann, bob, "chat");
    expect(ann.diary.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  it("lets a peer that has something to show call one that came later with nothing", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { patience: 20 }), person(network, "bob")];
    const shown = stream("video");
    ann.mesh.addStream(shown);
    await ann.session.join("r");
    const arrived = bob.next("stream");
    await bob.session.join("r");
    expect((await arrived).stream.id).toBe(shown.id);
  });

  it("opens a channel to one peer, which hears of it", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    await ann.session.join("r");
    await bob.session.join("r");
    await ann.connectedWith("bob");
    const theirs = bob.next("channel", ({ channel }) => channel.label === "file");
    const mine = ann.mesh.openChannel(ann.peer("bob").id, "file", { ordered: false });
    const message = heard((await theirs).channel, 1);
    await opened(mine);
    mine.send("page one");
    expect(await message).toEqual(["page one"]);
    expect(() => ann.mesh.openChannel("nobody", "file")).toThrow(RangeError);
    const chat = bob.peer("ann").channels.get("chat");
    const another = bob.next("channel");
    ann.mesh.openChannel(ann.peer("bob").id, "chat");
    expect((await another).channel).not.toBe(chat);
    expect(bob.peer("ann").channels.get("chat")).toBe(chat);
  });

  it("connects four with each other, and closes what belongs to one that leaves", async () => {
    const network = new MemoryNetwork();
    const names = ["ann", "bob", "cat", "dan"];
    const people = names.map((name) => person(network, name, { channels }));
    for (const one of people) await one.session.join("r");
    for (const [at, one] of people.entries())
      for (const other of people.slice(at + 1)) await converse(one, other, "chat");
    const [ann, ...others] = people as [Person, ...Person[]];
    const left = others.map((one) => one.next("peer-left"));
    const connections = [...ann.mesh.peers.values()].map(({ connection }) => connection);
    await ann.session.leave();
    expect((await Promise.all(left)).map(({ peer }) => [peer.name, peer.connectionState])).toEqual(
      others.map(() => ["ann", "closed"]),
    );
    expect(connections.map(({ signalingState }) => signalingState)).toEqual(["closed", "closed", "closed"]);
    expect([ann.mesh.peers.size, ...others.map(({ mesh }) => mesh.peers.size)]).toEqual([0, 2, 2, 2]);
  });

  it("keeps its connections over the loss of signalling, and what changes meanwhile is said afterwards", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    await ann.session.join("r");
    await bob.session.join("r");
    await converse(ann, bob, "chat");
    const before = [ann.peer("bob"), bob.peer("ann")];
    const resumed = new Promise<void>((resolve) => ann.session.addEventListener("resumed", () => resolve()));
    network.fateOf = () => {
      network.fateOf = () => "arrives";
      return "lost";
    };
    const [shown, arrived] = [stream("video"), bob.next("stream")];
    const said = ann.session.send("into the void");
    ann.mesh.addStream(shown);
    await Promise.all([resumed, said]);
    expect((await arrived).stream.id).toBe(shown.id);
    expect([ann.peer("bob"), bob.peer("ann")]).toEqual(before);
    await converse(ann, bob, "chat");
    expect(ann.diary.filter((line) => line.startsWith("peer-"))).toEqual(["peer-joined bob"]);
  });

  it("begins nothing with one that has lost the server, until it is back", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    await ann.session.join("r");
    network.fateOf = (text) => (/into the void|"resume":/.test(text) ? "lost" : "arrives");
    const said = ann.session.send("into the void");
    await new Promise<void>((resolve) => {
      ann.session.addEventListener("state", ({ state }) => state === "offline" && resolve());
    });
    const { peers } = await bob.session.join("r");
    expect(peers).toMatchObject([{ name: "ann", reconnecting: true }]);
    expect(bob.mesh.peers.size).toBe(0);
    network.fateOf = () => "arrives";
    await said;
    await converse(ann, bob, "chat");
    expect(bob.diary.filter((line) => line.startsWith("peer-"))).toEqual(["peer-joined ann"]);
  });

  it("tells how a connection does", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    await ann.session.join("r");
    await bob.session.join("r");
    await converse(ann, bob, "chat");
    const stats = await ann.peer("bob").stats();
    expect(stats).toMatchObject({ packetsLost: 0, relayed: false });
    expect(Math.min(stats.bytesSent, stats.bytesReceived)).toBeGreaterThan(0);
    expect([stats.local, stats.remote].every((type) => type === "host" || type === "prflx")).toBe(true);
  });

  it("lets who may only watch watch, and who may only show show, and the server refuses nothing", async () => {
    const network = new MemoryNetwork();
    const ann = person(network, "ann");
    const [eve, pat] = [person(network, "eve&may=subscribe"), person(network, "pat&may=publish")];
    const refusals: string[] = [];
    const shown = new Map([ann, eve, pat].map((one) => [one, stream("video")]));
    for (const [one, mine] of shown) {
      one.session.addEventListener("refused", ({ code }) => refusals.push(code));
      one.mesh.addStream(mine);
    }
    for (const { session } of [ann, eve, pat]) await session.join("r");
    const seen = (by: Person, ...whom: readonly Person[]): Promise<unknown> =>
      Promise.all(
        whom.map(async (other) => {
          const name = other.session.name!;
          const peer = [...by.mesh.peers.values()].find((one) => one.name === name);
          if (!peer?.streams.size) await by.next("stream", ({ peer }) => peer.name === name);
        }),
      );
    await Promise.all([seen(ann, pat), seen(eve, ann, pat)]);
    for (const [one, other] of [
      [ann, eve],
      [ann, pat],
      [eve, pat],
    ] as const)
      await one.connectedWith(other.session.name!);
    expect([
      ann.peer("eve").streams.size,
      pat.peer("ann").streams.size,
      pat.peer("eve").streams.size,
    ]).toEqual([0, 0, 0]);
    expect([
      refusals,
      [...ann.diary, ...eve.diary, ...pat.diary].filter((line) => line.startsWith("error")),
    ]).toEqual([[], []]);
  });

  it("connects anew after the server was restarted, with new ids and the same tracks", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    const shown = stream("video");
    ann.mesh.addStream(shown);
    await ann.session.join("r");
    const first = bob.next("stream");
    await bob.session.join("r");
    await first;
    const before = ann.peer("bob");
    const again = bob.next("stream");
    network.restart();
    expect((await again).stream.id).toBe(shown.id);
    await Promise.all([ann.connectedWith("bob"), bob.connectedWith("ann")]);
    expect(ann.peer("bob").id).not.toBe(before.id);
    expect([before.connectionState, ann.mesh.peers.size]).toEqual(["closed", 1]);
    await converse(ann, bob, "chat");
  });

  it("joins a call in progress when it is made after the room was entered", async () => {
    const network = new MemoryNetwork();
    const ann = person(network, "ann", { channels });
    await ann.session.join("r");
    const session = connect("ws://memory/?name=late", { WebSocket: network.WebSocket });
    await session.join("r");
    const mesh = new Mesh({ session, RTCPeerConnection, channels });
    const joined = new Promise((resolve) =>
      mesh.addEventListener("peer-joined", ({ peer }) => resolve(peer.name)),
    );
    expect(await joined).toBe("ann");
    await ann.connectedWith("late");
    mesh.close();
    session.close();
  });

  it("survives garbage from another member", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    const mallory = connect("ws://memory/?name=mallory", { WebSocket: network.WebSocket });
    await ann.session.join("r");
    await bob.session.join("r");
    await mallory.join("r");
    const refusals: string[] = [];
    mallory.addEventListener("refused", ({ code }) => refusals.push(code));
    const error = ann.next("error", ({ peer }) => peer.name === "mallory");
    const to = ann.session.self!;
    mallory.sendCandidate(to, { candidate: "garbage", sdpMid: "no", sdpMLineIndex: 65_535 });
    mallory.sendDescription(to, { type: "offer", sdp: "garbage" });
    // What is grammatical the server lets pass, though it be nonsense.
    mallory.sendDescription(to, { type: "offer", sdp: `${sdpOf([])}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n` });
    mallory.sendEndOfCandidates(to);
    await error;
    expect(refusals).toEqual(["malformed", "malformed"]);
    await converse(ann, bob, "chat");
    mallory.close();
  });

  it("closes all connections when the session ends for good", async () => {
    const network = new MemoryNetwork();
    const [ann, bob] = [person(network, "ann", { channels }), person(network, "bob", { channels })];
    await ann.session.join("r");
    await bob.session.join("r");
    await ann.connectedWith("bob");
    const { connection } = ann.peer("bob");
    ann.session.close();
    expect([ann.mesh.peers.size, connection.signalingState]).toEqual([0, "closed"]);
  });
});
