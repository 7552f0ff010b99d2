/**
 * Fifty interruptions while a thousand messages are sent. Whatever happens: nothing is sent twice, nothing
 * overtakes anything, and what a connection brought is the beginning of what was handed to it.
 */
import { describe, expect, it } from "vitest";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { random } from "../random.ts";
import { type AnyServer, hasty, pairs, servers, sockets } from "../reconnect-servers.ts";

const INTERRUPTIONS = 50;

/** What was handed to each socket, by the number that its URL carries. */
type Handed = Map<number, string[]>;

/** A class of sockets that keeps a record. */
function recorded(kind: string, handed: Handed): (typeof sockets)[string] {
  const Socket = sockets[kind]!;
  return class extends Socket {
    readonly #record: string[] = [];
    constructor(url: string, subprotocols: string[]) {
      super(url, subprotocols);
      handed.set(numberOf(url), this.#record);
    }
    override send(data: string): void {
      this.#record.push(data);
      super.send(data);
    }
  };
}

const numberOf = (url: string): number => Number(/\?(\d+)$/.exec(url)![1]);

async function interrupt(server: AnyServer, chance: () => number): Promise<void> {
  const visit = server.visits.at(-1);
  const kind = Math.floor(chance() * 6);
  if (kind === 0) visit?.close(1001);
  else if (kind === 1) visit?.close(1012, "retry-after=5");
  else if (kind === 2) visit?.close(4000);
  else if (kind === 3) {
    await server.kill();
    await server.restart();
  } else visit?.terminate();
}

/** Sends a thousand messages through fifty interruptions, and returns what became of them. */
async function stormyDay(pair: readonly [string, string], seed: number, maxMessages: number) {
  const chance = random(seed);
  const server = await servers[pair[1]]!();
  const handed: Handed = new Map();
  let dials = 0;
  const client = hasty(() => `${server.url}?${++dials}`, {
    WebSocket: recorded(pair[0], handed),
    queue: { maxMessages },
    reconnect: { initialDelay: 1, maxDelay: 4, spread: 4 },
  });
  const sent: string[] = [];
  const sendSome = (): void => {
    for (let i = Math.floor(chance() * 40); i > 0; i--) {
      sent.push(`${sent.length} ${"x".repeat(Math.floor(chance() * 2_000))}`);
      client.send(sent.at(-1)!);
    }
  };
  for (let i = 0; i < INTERRUPTIONS; i++) {
    if (client.readyState !== 1) await nextEvent(client, "open");
    sendSome();
    // Sometimes the messages have a little time to arrive.
    for (let turns = Math.floor(chance() * 4); turns > 0; turns--) await turn();
    const closed = nextEvent(client, "close");
    await interrupt(server, chance);
    sendSome();
    await closed;
    sendSome();
  }
  if (client.readyState !== 1) await nextEvent(client, "open");
  client.send("last");
  sent.push("last");
  await eventually(() => expect(server.visits.at(-1)!.heard.at(-1)).toBe("last"));
  return { client, sent, handed, visits: server.visits };
}

describe.each(pairs)("messages between %s and %s", (...pair) => {
  it.each([11, 12])(
    "all are handed over once, in order, and arrive as far as they do, seed %i",
    async (seed) => {
      const { client, sent, handed, visits } = await stormyDay(pair, seed, 100_000);
      expect(client.dropped).toBe(0);
      expect([...handed.values()].flat()).toEqual(sent);
      for (const { path, heard } of visits) {
        const given = handed.get(numberOf(path)) ?? [];
        expect(heard).toEqual(given.slice(0, heard.length));
      }
      const received = visits.flatMap(({ heard }) => heard).length;
      expect(received).toBeLessThanOrEqual(sent.length);
      expect([received > 0, visits.length > INTERRUPTIONS]).toEqual([true, true]);
    },
  );

  it("those without room are dropped, counted, and no others, seed 13", async () => {
    const { client, sent, handed, visits } = await stormyDay(pair, 13, 10);
    const all = [...handed.values()].flat();
    expect(client.dropped).toBeGreaterThan(0);
    expect(all.length).toBe(sent.length - client.dropped);
    expect(all).toEqual(sent.filter((message) => all.includes(message)));
    for (const { path, heard } of visits)
      expect(heard).toEqual((handed.get(numberOf(path)) ?? []).slice(0, heard.length));
  });
});
