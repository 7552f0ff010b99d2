/**
 * The client of the join storm: peers that enter rooms and negotiate with each other as browsers do: an offer, an
 * answer, candidates from both sides and their end.
 */
import { LoadRun } from "../websocket/load-run.ts";
import { candidateOf, sessionDescription } from "./contents.ts";
import { frameOf, type Heard, type Member } from "./member.ts";

const CANDIDATES = 3;
const MILLISECONDS = 1;

export interface StormOptions {
  readonly members: readonly Member[];
  readonly roomSize: number;
  /** How long something may fail to be heard, in milliseconds; default 60 s. */
  readonly patience?: number | undefined;
}

export interface Storm {
  /** Of each member, milliseconds from its `join` to the last end of candidates that it heard. */
  readonly latencies: readonly number[];
  /** What the server has passed on from one member to another. */
  readonly relayed: number;
}

/** What members of a room hear of each other, for each pair: offer, answer, candidates and their end both ways. */
function relayedIn(members: number, roomSize: number): number {
  const pairs = (members * (roomSize - 1)) / 2;
  return pairs * (2 + 2 * (CANDIDATES + 1));
}

/** Lets all join at once, and returns when every pair is through. */
export async function storm({ members, roomSize, patience = 60_000 }: StormOptions): Promise<Storm> {
  const run = new LoadRun();
  const relayed = relayedIn(members.length, roomSize);
  const latencies: number[] = [];
  run.expect(relayed);
  await Promise.all(members.map((member) => member.hear("welcome")));
  const enterings = members.map((member, index) => {
    member.failed = (error) => run.fail(error);
    const entering = new Entering(member, roomSize - 1, {
      heard: () => {
        run.answered(1);
        run.settle();
      },
      done: (latency) => latencies.push(latency),
    });
    return { entering, room: `room-${Math.floor(index / roomSize)}` };
  });
  for (const { entering, room } of enterings) entering.join(room);
  await run.complete(MILLISECONDS, patience);
  return { latencies, relayed };
}

/** Every member says what it has heard; resolves when the server knows. */
export async function acknowledge(members: readonly Member[]): Promise<void> {
  await Promise.all(
    members.map((member) => {
      const answered = Promise.withResolvers<void>();
      member.failed = answered.reject;
      member.listen((octets, start, end) => {
        const { type } = JSON.parse(octets.toString("utf8", start, end)) as Heard;
        if (type === "pong") answered.resolve();
        else answered.reject(new Error(`instead of a pong came ${type}`));
      });
      member.say({ type: "ping", ack: Number.MAX_SAFE_INTEGER });
      return answered.promise;
    }),
  );
}

interface EnteringSink {
  /** Something came from another member. */
  heard(): void;
  done(latency: number): void;
}

/** One member on its way: it calls those who are there, and answers those who come. */
class Entering {
  readonly #member: Member;
  readonly #sink: EnteringSink;
  /** How many others are not through with it. */
  #missing: number;
  #joinedAt = 0;

  constructor(member: Member, others: number, sink: EnteringSink) {
    this.#member = member;
    this.#missing = others;
    this.#sink = sink;
    member.listen((octets, start, end) =>
      this.#hear(JSON.parse(octets.toString("utf8", start, end)) as Heard),
    );
  }

  join(room: string): void {
    this.#joinedAt = performance.now();
    this.#member.say({ type: "join", room });
  }

  #hear(notice: Heard): void {
    switch (notice.type) {
      case "joined":
        for (const { peer } of notice.peers as readonly { readonly peer: string }[])
          this.#describe(peer, "offer");
        return;
      case "peer-joined":
        return;
      case "description": {
        const from = notice.from as string;
        const { type } = notice.description as { readonly type: string };
        if (type === "offer") this.#describe(from, "answer");
        this.#sink.heard();
        return;
      }
      case "candidate":
        this.#sink.heard();
        return;
      case "end-of-candidates":
        if (--this.#missing === 0) this.#sink.done(performance.now() - this.#joinedAt);
        this.#sink.heard();
        return;
      default:
        throw new Error(`nobody expected ${JSON.stringify(notice)}`);
    }
  }

  /** As a browser does: the description at once, then candidate after candidate. */
  #describe(to: string, type: "offer" | "answer"): void {
    const said: object[] = [{ type: "description", to, description: { type, sdp: sdps[type] } }];
    for (const candidate of candidates) said.push({ type: "candidate", to, candidate });
    said.push({ type: "end-of-candidates", to });
    this.#member.write(Buffer.concat(said.map((command) => frameOf(JSON.stringify(command)))));
  }
}

/** About 1 KiB each, as JSON. */
const sdps = {
  offer: `${sessionDescription}a=msid:- ${"3f0e7a52-9c1b-4d8e-a6f4-2b7c5d9e1f80".repeat(6)}\r\n`,
  answer: `${sessionDescription.replace("actpass", "active")}a=msid:- ${"b81d4c6e-0f3a-47c2-9e5d-6a7f8b2c3d10".repeat(6)}\r\n`,
} as const;

const candidates: readonly object[] = Array.from({ length: CANDIDATES }, (_, at) => candidateOf(`k3Fq${at}`));
