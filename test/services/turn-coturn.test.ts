/**
 * Credentials for TURN at a real coturn: what it lets in, and that two peers that may only relay hear each other, with
 * nothing but what our server has told them when they joined.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import wrtc from "wrtc";
import {
  type ClientSocketConstructor,
  connect,
  Mesh,
  type MeshPeer,
  type RtcConfiguration,
  type RtcConnection,
  type RtcConstructor,
  type RtcDataChannel,
  type SignallingSession,
} from "../../src/signalling/client/index.ts";
import { turnCredentials } from "../../src/signalling/turn-credentials.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { type RunningServer, runServer } from "../integration/running-server.ts";
import { startTurnServer, type TurnServer } from "./turn-server.ts";

const secret = "only-the-test-and-coturn-know";
const RTCPeerConnection = wrtc.RTCPeerConnection as unknown as RtcConstructor;
let turn: TurnServer;
beforeAll(async () => {
  turn = await startTurnServer(secret);
});
afterAll(() => turn.stop());

interface Given {
  readonly user?: string;
  readonly secret?: string;
  /** Milliseconds; what is negative has expired. */
  readonly lifetime?: number;
}

/** The types of the candidates that a peer finds which may do nothing but relay, once it has found all (RFC 8838 §13). */
async function gather(given: Given): Promise<readonly unknown[]> {
  const credentials = turnCredentials({ secret, user: "alice", now: Date.now(), ...given });
  const iceServers = [{ urls: [turn.url], ...credentials }];
  const connection = new RTCPeerConnection({ iceServers, ...relayOnly });
  const types: unknown[] = [];
  const complete = new Promise<void>((resolve) => {
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate === null) resolve();
      else types.push(/ typ (\w+)/.exec(candidate.candidate)?.[1]);
    });
  });
  connection.createDataChannel("data", {});
  await connection.setLocalDescription(await connection.createOffer());
  await complete;
  connection.close();
  return types;
}

const relayOnly: RtcConfiguration = { iceTransportPolicy: "relay" };

describe("draft-uberti-behave-turn-rest-00 credentials at coturn", () => {
  it.each(["alice", "a:b c", 'it\'s "me"', "ünï", "x".repeat(5_000), "12345"])(
    "give a relay to whoever is called %j",
    async (user) => {
      expect(await gather({ user })).toContain("relay");
    },
  );

  it.each([
    ["expired", { lifetime: -2_000 }],
    ["of another secret", { secret: "another" }],
  ])("give none when they are %s", async (_what, given) => {
    expect(await gather(given)).toEqual([]);
  });
});

/** A user in a room, with a mesh that may only relay, and whatever its connections are. */
class Caller {
  readonly session: SignallingSession;
  readonly mesh: Mesh;
  readonly connections: RtcConnection[] = [];
  readonly channel: Promise<readonly [MeshPeer, RtcDataChannel]>;

  constructor(socketUrl: string, token: string) {
    this.session = connect(socketUrl, {
      token,
      WebSocket: WebSocket as unknown as ClientSocketConstructor,
    });
    const made = this.connections;
    this.mesh = new Mesh({
      session: this.session,
      RTCPeerConnection: class {
        constructor(configuration: RtcConfiguration) {
          const connection = new RTCPeerConnection(configuration);
          made.push(connection);
          // biome-ignore lint/correctness/noConstructorReturn: what is made is that of wrtc, and this one only looks on.
          return connection;
        }
      } as unknown as RtcConstructor,
      rtcConfig: relayOnly,
      channels: [{ label: "data" }],
    });
    this.channel = new Promise((resolve) => {
      this.mesh.addEventListener("channel", ({ peer, channel }) => resolve([peer, channel]));
    });
  }

  /** Says each of these once the channel is open. */
  async say(texts: readonly string[]): Promise<void> {
    const [, channel] = await this.channel;
    if (channel.readyState !== "open")
      await new Promise<void>((resolve) => channel.addEventListener("open", resolve));
    for (const text of texts) channel.send(text);
  }

  async hear(count: number): Promise<readonly string[]> {
    const [, channel] = await this.channel;
    const heard: string[] = [];
    await new Promise<void>((resolve) => {
      channel.addEventListener("message", ({ data }) => {
        if (heard.push(String(data)) === count) resolve();
      });
    });
    return heard;
  }

  end(): void {
    this.mesh.close();
    this.session.close();
  }
}

describe("two peers that may only relay", () => {
  let server: RunningServer;
  let callers: readonly Caller[] = [];
  beforeAll(async () => {
    server = await runServer({ turn: { urls: [turn.url], secrets: [secret] } });
  });
  afterAll(async () => {
    for (const caller of callers) caller.end();
    await server.stop();
  });

  it("find each other by what joined.iceServers says, and exchange data over coturn", async () => {
    const tokens = [await server.login("ann"), await server.login("ben")];
    callers = tokens.map((token) => new Caller(server.socketUrl, token));
    const [ann, ben] = callers as [Caller, Caller];
    await Promise.all(callers.map(({ session }) => session.join("relayed")));
    const texts = Array.from({ length: 100 }, (_, i) => `${i} ${"x".repeat(i * 10)}`);
    const heard = Promise.all([ann.hear(texts.length), ben.hear(texts.length)]);
    await Promise.all([ann.say(texts), ben.say(texts)]);
    expect(await heard).toEqual([texts, texts]);
    for (const { channel } of callers) {
      const [peer] = await channel;
      expect(await peer.stats()).toMatchObject({ local: "relay", remote: "relay", relayed: true });
    }
    expect(callers.map(({ connections }) => connections.length)).toEqual([1, 1]);
  });
});
