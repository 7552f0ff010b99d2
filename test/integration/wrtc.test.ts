/**
 * WebRTC peers of somebody else's making (`wrtc`, Google's own implementation under Node) find each other
 * through our server and nothing else: every description and candidate goes over its WebSocket.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import wrtc from "wrtc";
import {
  type ClientSocketConstructor,
  connect,
  Mesh,
  type MeshPeer,
  type RtcConstructor,
  type RtcDataChannel,
  type SignallingSession,
} from "../../src/signalling/client/index.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { type RunningServer, runServer } from "./running-server.ts";

const MESSAGES = 1_000;

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.stop());

/** A user with a socket to our server, a place in a room, and a mesh. */
class Caller {
  readonly name: string;
  readonly session: SignallingSession;
  readonly mesh: Mesh;
  readonly #received = new Map<string, string[]>();
  readonly #channels = new Map<string, RtcDataChannel>();
  #changed: () => void = () => {};

  constructor(name: string, token: string) {
    this.name = name;
    class Authorized extends WebSocket {
      constructor(url: string | URL, subprotocols?: string | string[]) {
        super(url, subprotocols ?? [], { headers: { Authorization: `Bearer ${token}` } });
      }
    }
    this.session = connect(server.socketUrl, { WebSocket: Authorized as unknown as ClientSocketConstructor });
    this.mesh = new Mesh({
      session: this.session,
      RTCPeerConnection: wrtc.RTCPeerConnection as unknown as RtcConstructor,
      channels: [{ label: "data" }],
    });
    this.mesh.addEventListener("channel", ({ peer, channel }) => this.#open(peer, channel));
  }

  #open(peer: MeshPeer, channel: RtcDataChannel): void {
    this.#channels.set(peer.name, channel);
    this.#received.set(peer.name, []);
    channel.addEventListener("open", () => this.#changed());
    channel.addEventListener("message", ({ data }) => {
      this.#received.get(peer.name)!.push(String(data));
      this.#changed();
    });
  }

  /** Resolves once `condition` holds; it is asked again after every change of a channel. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  isOpen(name: string): boolean {
    return this.#channels.get(name)?.readyState === "open";
  }

  receivedFrom(name: string): readonly string[] {
    return this.#received.get(name) ?? [];
  }

  sendAll(name: string): void {
    for (const message of messages(this.name, name)) this.#channels.get(name)!.send(message);
  }

  end(): void {
    this.mesh.close();
    this.session.close();
  }
}

/** What `from` says to `to`, a thousand times, each time something else. */
function messages(from: string, to: string): string[] {
  return Array.from({ length: MESSAGES }, (_, i) => `${i}: ${from} to ${to} ${"é".repeat(i % 97)}`);
}

const callers: Caller[] = [];
afterEach(() => {
  for (const caller of callers.splice(0)) caller.end();
});

async function callIn(room: string, names: readonly string[]): Promise<void> {
  for (const name of names) callers.push(new Caller(name, await server.login(name)));
  await Promise.all(callers.map((caller) => caller.session.join(room)));
  const others = (caller: Caller): string[] => names.filter((name) => name !== caller.name);
  await Promise.all(
    callers.map((caller) => caller.until(() => others(caller).every((name) => caller.isOpen(name)))),
  );
  for (const caller of callers) for (const name of others(caller)) caller.sendAll(name);
  await Promise.all(
    callers.map((caller) =>
      caller.until(() => others(caller).every((name) => caller.receivedFrom(name).length >= MESSAGES)),
    ),
  );
  for (const caller of callers) {
    for (const name of others(caller)) {
      expect(caller.receivedFrom(name)).toEqual(messages(name, caller.name));
    }
  }
}

describe("wrtc peers through our server", () => {
  it("two exchange 1,000 data channel messages each way", async () => {
    await callIn("pair", ["ann", "ben"]);
  });

  it("four in a mesh exchange 1,000 data channel messages each way on all six connections", async () => {
    await callIn("mesh", ["cid", "dan", "eve", "fay"]);
  });
});
