/** Credentials for TURN at a real coturn: what it lets in, and that two peers which may only relay hear each other. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import wrtc from "wrtc";
import { turnCredentials } from "../../src/signalling/turn-credentials.ts";
import { startTurnServer, type TurnServer } from "./turn-server.ts";

const secret = "only-the-test-and-coturn-know";
let turn: TurnServer;
beforeAll(async () => {
  turn = await startTurnServer(secret);
});
afterAll(() => turn.stop());

const now = (): number => Date.now();

interface Given {
  readonly user?: string;
  readonly secret?: string;
  /** Milliseconds; what is negative has expired. */
  readonly lifetime?: number;
}

function relayed(given: Given = {}): RTCPeerConnection {
  const credentials = turnCredentials({ secret, user: "alice", now: now(), ...given });
  return new wrtc.RTCPeerConnection({
    iceServers: [{ urls: [turn.url], ...credentials }],
    iceTransportPolicy: "relay",
  });
}

/** The candidates of a connection, once it has gathered all of them (RFC 8838 §13). */
async function gather(connection: RTCPeerConnection): Promise<readonly RTCIceCandidate[]> {
  const candidates: RTCIceCandidate[] = [];
  const complete = new Promise<void>((resolve) => {
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null) candidates.push(candidate);
      else resolve();
    });
  });
  connection.createDataChannel("data");
  await connection.setLocalDescription(await connection.createOffer());
  await complete;
  connection.close();
  return candidates;
}

/** Both ends of a connection of which each knows all candidates of the other. */
async function join(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<RTCDataChannel[]> {
  const pairs = [
    [offerer, answerer],
    [answerer, offerer],
  ] as const;
  for (const [from, to] of pairs) {
    from.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null) void to.addIceCandidate(candidate);
    });
  }
  const near = offerer.createDataChannel("data");
  const far = new Promise<RTCDataChannel>((resolve) => {
    answerer.addEventListener("datachannel", ({ channel }) => resolve(channel));
  });
  const opened = new Promise((resolve) => near.addEventListener("open", resolve));
  const offer = await offerer.createOffer();
  // wrtc gathers from here on: the other side must know the description before the first candidate.
  const set = offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription(offer);
  await set;
  const answer = await answerer.createAnswer();
  const answered = answerer.setLocalDescription(answer);
  await offerer.setRemoteDescription(answer);
  await Promise.all([answered, opened]);
  return [near, await far];
}

async function hear(channel: RTCDataChannel, count: number): Promise<readonly string[]> {
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    channel.addEventListener("message", ({ data }) => {
      if (heard.push(String(data)) === count) resolve();
    });
  });
  return heard;
}

/** The kinds of both candidates of the pair that is in use. */
async function pairInUse(connection: RTCPeerConnection): Promise<readonly unknown[]> {
  const stats = [...(await connection.getStats()).values()] as Record<string, unknown>[];
  const pair = stats.find(({ type, nominated, state }) => {
    return type === "candidate-pair" && nominated === true && state === "succeeded";
  });
  return [pair?.localCandidateId, pair?.remoteCandidateId].map(
    (id) => stats.find((each) => each.id === id)?.candidateType,
  );
}

describe("draft-uberti-behave-turn-rest-00 at coturn", () => {
  it("lets two peers that may do nothing but relay exchange data", async () => {
    const [ann, ben] = [relayed({ user: "ann" }), relayed({ user: "ben" })];
    try {
      const [near, far] = await join(ann, ben);
      const texts = Array.from({ length: 100 }, (_, i) => `${i} ${"x".repeat(i * 10)}`);
      const heard = Promise.all([hear(near!, texts.length), hear(far!, texts.length)]);
      for (const text of texts) {
        near!.send(text);
        far!.send(text);
      }
      expect(await heard).toEqual([texts, texts]);
      expect(await pairInUse(ann)).toEqual(["relay", "relay"]);
      expect(await pairInUse(ben)).toEqual(["relay", "relay"]);
    } finally {
      ann.close();
      ben.close();
    }
  });

  it.each(["alice", "a:b c", 'it\'s "me"', "ünï", "x".repeat(5_000), "12345"])(
    "gives a relay to whoever is called %j",
    async (user) => {
      const candidates = await gather(relayed({ user }));
      expect(candidates.map(({ type }) => type)).toContain("relay");
    },
  );

  it.each([
    ["expired", { lifetime: -2_000 }],
    ["of another secret", { secret: "another" }],
  ])("gives no relay for credentials that are %s", async (_what, given) => {
    expect(await gather(relayed(given))).toEqual([]);
  });
});
