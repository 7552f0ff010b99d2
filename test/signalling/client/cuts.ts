/** Connections that break at every possible message of a negotiation, with the real server and meshes of fakes. */
import { expect } from "vitest";
import {
  connect,
  type Description,
  Mesh,
  type RtcTrack,
  type SignallingSession,
} from "../../../src/signalling/client/index.ts";
import { type FakeMeshConnection, FakeRtc } from "./fake-mesh-connection.ts";
import { type Fate, MemoryNetwork } from "./memory-network.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Person {
  readonly name: string;
  readonly session: SignallingSession;
  readonly mesh: Mesh;
  readonly said: { readonly to: string; readonly sdp: string }[] = [];
  readonly heard: string[] = [];
  readonly errors: unknown[] = [];
  joins = 0;

  constructor(network: MemoryNetwork, name: string) {
    this.name = name;
    this.session = connect(`ws://memory/?name=${name}`, {
      WebSocket: network.WebSocket,
      reconnect: { initial: 1, max: 1 },
      random: () => 0,
    });
    const { session } = this;
    const sendDescription = session.sendDescription.bind(session);
    Object.assign(session, {
      sendDescription: (to: string, description: Description): void => {
        this.said.push({ to, sdp: description.sdp });
        sendDescription(to, description);
      },
    });
    // Nobody waits for anybody: all offer, and the offers meet.
    this.mesh = new Mesh({ session: this.session, RTCPeerConnection: FakeRtc, patience: 0 });
    this.mesh.addTrack({ id: `track of ${name}` } as RtcTrack);
    this.mesh.addEventListener("error", ({ error }) => this.errors.push(error));
    this.session.addEventListener("refused", (error) => this.errors.push(error));
    this.session.addEventListener("description", ({ description }) => this.heard.push(description.sdp));
    this.session.addEventListener("joined", () => this.joins++);
  }

  connectionWith(other: Person): FakeMeshConnection | undefined {
    const peer = [...this.mesh.peers.values()].find(({ id }) => id === other.session.self);
    return peer?.connection as unknown as FakeMeshConnection | undefined;
  }

  /** Whether we know what the other sends, and nothing is half done. */
  isStableWith(other: Person): boolean {
    const connection = this.connectionWith(other);
    return (
      this.session.inRoom &&
      connection?.signalingState === "stable" &&
      connection.received.join() === `track of ${other.name}`
    );
  }
}

/** What happens at which message. */
interface Cut {
  readonly at: number;
  readonly fate: Fate;
  /** Nobody is let in as who it was. */
  readonly forgotten: boolean;
}

/** So many meet in a room while a connection breaks. Returns how many messages there were. */
async function meet(people: Person[], size: number, { at, fate, forgotten }: Cut): Promise<number> {
  const network = new MemoryNetwork();
  let messages = 0;
  network.fateOf = () => {
    return messages++ === at ? fate : "arrives";
  };
  // As if the server had forgotten: nothing that it knows has this secret.
  if (forgotten) network.rewrite = (text) => text.replace(/"secret":"[^"]*"/, '"secret":"forgotten"');
  for (let i = 0; i < size; i++) people.push(new Person(network, `p${i}`));
  for (const { session } of people) void session.join("r");
  const pairs = people.flatMap((one) =>
    people.filter((other) => other !== one).map((other) => [one, other] as const),
  );
  // Stable, and still so when nothing has been said for a while.
  for (let [quiet, before] = [0, 0]; quiet < 6; before = messages) {
    // A timer of 0 ms, so that those of the sessions run too.
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (let i = 0; i < 5; i++) await turn();
    quiet = messages === before && pairs.every(([one, other]) => one.isStableWith(other)) ? quiet + 1 : 0;
  }
  await network.server.close();
  return messages;
}

function part(people: Person[]): void {
  for (const { mesh, session } of people.splice(0)) {
    mesh.close();
    session.close();
  }
}

/**
 * Lets so many peers, all of whom offer at once, meet again and again, and breaks the connection of another message
 * each time. Every description must arrive, and once. Returns how many meetings there were.
 */
export async function cutEverywhere(size: number, fate: Fate): Promise<number> {
  let at = 0;
  for (let messages = Number.POSITIVE_INFINITY; at < messages; at++) {
    const people: Person[] = [];
    messages = await meet(people, size, { at, fate, forgotten: false });
    const here = people.map(({ session }) => session.self);
    // Somebody who broke off before it knew its secret has left a ghost in the room.
    const said = people.flatMap((person) => person.said).filter(({ to }) => here.includes(to));
    const heard = people.flatMap((person) => person.heard);
    expect(heard.sort(), `cut at ${at}`).toEqual(said.map(({ sdp }) => sdp).sort());
    const present = people.map(
      ({ mesh }) => [...mesh.peers.values()].filter((peer) => !peer.reconnecting).length,
    );
    const outcome = people.map(({ errors, joins }, i) => [errors, joins, present[i]]);
    expect(outcome, `cut at ${at}`).toEqual(people.map(() => [[], 1, size - 1]));
    part(people);
  }
  return at;
}

/** The same, where nobody is let in as who it was. Returns how often somebody joined anew. */
export async function forgetEverywhere(size: number): Promise<number> {
  let anew = 0;
  let messages = Number.POSITIVE_INFINITY;
  for (let at = 0; at < messages; at++) {
    const people: Person[] = [];
    messages = await meet(people, size, { at, fate: "lost", forgotten: true });
    anew += people.filter(({ joins }) => joins > 1).length;
    part(people);
  }
  return anew;
}
