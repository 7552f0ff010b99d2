/** How a mesh looks after its connections: what they are made with, what they may carry, and when they look for new ways. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  connect,
  Mesh,
  type MeshEvents,
  type MeshOptions,
  type RtcTrack,
  type SignallingSession,
} from "../../../src/signalling/client/index.ts";
import { summarize } from "../../../src/signalling/client/stats.ts";
import { sdpOf } from "./fake-connection.ts";
import { type FakeMeshConnection, FakeRtc } from "./fake-mesh-connection.ts";
import { FakeWorld } from "./fake-world.ts";
import { joined, member, resumed, welcome } from "./server-words.ts";

const camera = { id: "camera" } as RtcTrack;
const stun = [{ urls: ["stun:example.org"] }];
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let world: FakeWorld;
let session: SignallingSession;
let mesh: Mesh;

beforeEach(() => {
  world = new FakeWorld();
  session = connect("wss://example.org/ws", world.ports);
  world.socket.say(welcome);
});

/** In room r with peer a, and whatever else the server says of the room. */
async function enter(entered: object = {}, options: Partial<MeshOptions> = {}): Promise<FakeMeshConnection> {
  mesh = new Mesh({ session, RTCPeerConnection: FakeRtc, patience: 0, ...world.ports, ...options });
  void session.join("r");
  world.socket.say({ ...joined(1, [member("a")]), ...entered });
  await settled();
  world.socket.heard();
  return connectionWith("a");
}

function connectionWith(peer: string): FakeMeshConnection {
  return mesh.peers.get(peer)?.connection as unknown as FakeMeshConnection;
}

/** Loses the connection and comes back. */
function comeBack(news: object = {}): void {
  world.socket.end(1006);
  world.clock.pass(5000);
  world.socket.say(welcome);
  const join = (world.socket.heard() as { type: string; id: number }[]).find(({ type }) => type === "join");
  world.socket.say({ ...resumed(join!.id, 0), ...news });
}

describe("the ICE servers of a mesh", () => {
  it("are those of the session, and newer ones reach the connections that there are", async () => {
    const connection = await enter({ iceServers: stun }, { rtcConfig: { iceTransportPolicy: "relay" } });
    const turn = [{ urls: ["turn:example.org"], username: "u", credential: "c" }];
    world.socket.say({ type: "ice-servers", iceServers: turn });
    comeBack({ iceServers: stun });
    expect(connection.configurations).toEqual(
      [stun, turn, stun].map((iceServers) => ({ iceServers, iceTransportPolicy: "relay" })),
    );
  });

  it("are those that were given with the mesh, if any were", async () => {
    const mine = [{ urls: "stun:mine.example" }];
    const connection = await enter({ iceServers: stun }, { rtcConfig: { iceServers: mine } });
    expect(connection.configurations).toEqual([{ iceServers: mine }]);
  });
});

describe("a mesh that resumes", () => {
  it("keeps its connections as they are, and hears of its peers what it has missed", async () => {
    const connection = await enter();
    const told: string[] = [];
    for (const type of ["peer-joined", "peer-left", "state"] as const)
      mesh.addEventListener(type, ({ peer }: MeshEvents[typeof type]) =>
        told.push(`${type} ${peer.id} ${peer.reconnecting}`),
      );
    comeBack();
    world.socket.say({ type: "peer-reconnecting", seq: 11, peer: "a" });
    world.socket.say({ type: "peer-reconnected", seq: 12, peer: "a" });
    expect(connectionWith("a")).toBe(connection);
    expect([told, connection.restarts]).toEqual([["state a true", "state a false"], 0]);
  });

  it("looks for new ways where the old ones were lost meanwhile", async () => {
    const connection = await enter();
    connection.iceConnectionState = "disconnected";
    comeBack();
    expect(connection.restarts).toBe(1);
  });

  it("closes all and makes all anew when it can only join", async () => {
    const connection = await enter();
    world.socket.end(1006);
    world.clock.pass(5000);
    world.socket.say(welcome);
    const [join] = world.socket.heard() as [{ id: number }];
    world.socket.say({ ...joined(join.id, [member("b")], "me2"), resumed: false });
    expect([connection.signalingState, [...mesh.peers.keys()]]).toEqual(["closed", ["b"]]);
  });
});

describe("a mesh whose network changes", () => {
  it("looks for new ways to all, once the network is calm", async () => {
    const connection = await enter();
    world.networkChanged?.();
    world.networkChanged?.();
    expect(connection.restarts).toBe(0);
    world.clock.pass(500);
    expect(connection.restarts).toBe(1);
  });

  it("looks for new ways to one or to all when it is told to", async () => {
    const connection = await enter();
    mesh.restartIce("b");
    expect(connection.restarts).toBe(0);
    mesh.restartIce("a");
    mesh.restartIce();
    expect(connection.restarts).toBe(2);
  });

  it("does nothing once it is closed", async () => {
    const connection = await enter();
    mesh.close();
    world.networkChanged?.();
    world.clock.pass(500);
    expect([connection.restarts, mesh.peers.size]).toEqual([0, 0]);
  });
});

describe("what a mesh may send and receive", () => {
  it("sends no track where it may not publish, and sends it as soon as it may", async () => {
    const connection = await enter({ publish: false });
    mesh.addTrack(camera);
    expect(connection.wanted).toEqual([]);
    comeBack({ publish: true });
    expect(connection.wanted).toEqual(["camera"]);
    comeBack({ publish: false });
    expect(connection.wanted).toEqual([]);
    const role = { type: "peer-role", seq: 11, peer: "me", role: "member", subscribe: true };
    world.socket.say({ ...role, publish: true });
    expect(connection.wanted).toEqual(["camera"]);
    world.socket.say({ ...role, seq: 12, publish: false });
    expect(connection.wanted).toEqual([]);
  });

  it("offers and answers without receiving where it may not subscribe", async () => {
    const connection = await enter({ subscribe: false });
    mesh.addTrack(camera);
    connection.transceivers.push({ direction: "recvonly", sender: { track: null } });
    connection.transceivers.push({ direction: "stopped", sender: { track: null } });
    await settled();
    expect(connection.transceivers.map(({ direction }) => direction)).toEqual([
      "sendonly",
      "inactive",
      "stopped",
    ]);
  });

  it("leaves directions alone where it may", async () => {
    const connection = await enter();
    mesh.addTrack(camera);
    world.socket.say({
      type: "description",
      seq: 11,
      from: "a",
      description: { type: "offer", sdp: sdpOf([]) },
    });
    await settled();
    expect(connection.transceivers.map(({ direction }) => direction)).toEqual(["sendrecv"]);
  });
});

describe("candidates of a mesh", () => {
  it("go out one by one, then their end; and the end of theirs is given to the connection as null", async () => {
    const connection = await enter();
    mesh.addTrack(camera);
    await settled();
    const types = world.socket.heard().map((command) => (command as { type: string }).type);
    expect(types.slice().sort()).toEqual(["candidate", "description", "end-of-candidates"]);
    const answer = { type: "answer", sdp: sdpOf([]) };
    world.socket.say({ type: "description", seq: 11, from: "a", description: answer });
    world.socket.say({ type: "end-of-candidates", seq: 12, from: "a" });
    await settled();
    expect(connection.candidates).toEqual([null]);
  });
});

describe("the statistics of a peer", () => {
  const pair = { type: "candidate-pair", bytesSent: 10, bytesReceived: 20, currentRoundTripTime: 0.025 };
  const report = [
    { id: "T", type: "transport", selectedCandidatePairId: "P2" },
    { id: "P1", ...pair, nominated: true, localCandidateId: "L1", remoteCandidateId: "R", bytesSent: 99 },
    { id: "P2", ...pair, nominated: true, localCandidateId: "L2", remoteCandidateId: "R" },
    { id: "L1", type: "local-candidate", candidateType: "host" },
    { id: "L2", type: "local-candidate", candidateType: "relay" },
    { id: "R", type: "remote-candidate", candidateType: "srflx" },
    { id: "A", type: "inbound-rtp", packetsLost: 3 },
    { id: "V", type: "inbound-rtp", packetsLost: 4 },
    { id: "X", type: "remote-inbound-rtp", packetsLost: 50 },
  ];
  const asReport = (stats: readonly { readonly id: string; readonly type: string }[]) =>
    new Map(stats.map((one) => [one.id, one]));

  it("are those of the pair in use, and of all that is received", () => {
    expect(summarize(asReport(report))).toEqual({
      ...{ roundTripTime: 25, bytesSent: 10, bytesReceived: 20, packetsLost: 7 },
      ...{ local: "relay", remote: "srflx", relayed: true },
    });
  });

  it("are those of the nominated pair where no stack tells which is in use", () => {
    const [, ...others] = report.filter(({ id }) => id !== "P2");
    expect(summarize(asReport(others))).toMatchObject({ bytesSent: 99, local: "host", relayed: false });
  });

  it("are there before there is a connection", () => {
    expect(summarize(asReport([]))).toEqual({
      ...{ roundTripTime: undefined, bytesSent: 0, bytesReceived: 0, packetsLost: 0 },
      ...{ local: undefined, remote: undefined, relayed: false },
    });
  });
});
