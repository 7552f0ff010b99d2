import { describe, expect, it } from "vitest";
import type { RedisConnection, RedisListener } from "../../../src/signalling/redis/redis-client.ts";
import { RedisLink } from "../../../src/signalling/redis/redis-link.ts";

const patience = 4;

/** A link to a Redis that answers when the test says so, and what was heard of it. */
function linked() {
  const said: string[] = [];
  const waiting: PromiseWithResolvers<unknown>[] = [];
  const events = new Map<string, (error?: unknown) => void>();
  let listener: RedisListener = () => {};
  const wait = (): Promise<unknown> => {
    waiting.push(Promise.withResolvers());
    return waiting.at(-1)!.promise;
  };
  const connection: RedisConnection = {
    connect: wait,
    sendCommand: wait,
    subscribe: (_, hear) => {
      listener = hear;
      return wait();
    },
    unsubscribe: wait,
    on: (event, react) => events.set(event, react),
    destroy: () => said.push("destroyed"),
  };
  const link = new RedisLink(connection, patience, {
    published: (channel, message) => {
      if (message === "throw") throw new Error("a fault");
      said.push(`${channel}: ${message}`);
    },
    failed: ({ code }) => said.push(`failed: ${code}`),
    faulted: (error) => said.push(String(error)),
  });
  const send = (): void =>
    link.send(
      ["PING"],
      (reply) => said.push(`answered ${reply}`),
      ({ code }) => said.push(code),
    );
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const answer = async (reply: unknown): Promise<void> => {
    const next = waiting.shift()!;
    if (reply instanceof Error) next.reject(reply);
    else next.resolve(reply);
    await settle();
  };
  const tick = (count: number): void => {
    for (let at = 0; at < count; at++) link.tick();
  };
  return { link, said, send, answer, tick, events, publish: (text: string) => listener(text, "channel") };
}

describe("a connection to Redis", () => {
  it("fails when nothing is heard for too long while something is awaited", () => {
    const { said, send, tick } = linked();
    tick(3 * patience);
    send();
    tick(patience);
    expect(said).toEqual([]);
    tick(1);
    expect(said).toEqual(["destroyed", "failed: timeout"]);
  });

  it("does not fail while Redis is slow, but heard", async () => {
    const { link, said, send, tick, answer, publish } = linked();
    link.subscribe("channel", () => {});
    for (let at = 0; at < 3; at++) send();
    tick(patience);
    await answer(undefined);
    tick(patience);
    publish("x");
    tick(patience);
    await answer("a");
    tick(patience);
    expect(said).toEqual(["channel: x", "answered a"]);
  });

  it("goes on when one command is refused, and ends with any other error", async () => {
    const { said, send, answer } = linked();
    for (let at = 0; at < 4; at++) send();
    await answer(new Error("WRONGTYPE Operation against a key"));
    await answer(new Error("OOM command not allowed"));
    await answer(new Error("READONLY You can't write"));
    await answer("too late");
    expect(said).toEqual(["refused", "out-of-memory", "destroyed", "failed: read-only"]);
  });

  it.each(["error", "end"])("fails once, by an event named %s, and is silent after that", (event) => {
    const { link, said, tick, events, publish } = linked();
    link.subscribe("channel", () => {});
    events.get(event)!(Object.assign(new Error("x"), { code: "ECONNRESET" }));
    events.get("error")!(new Error("again"));
    publish("late");
    tick(3 * patience);
    link.destroy();
    expect(said).toEqual(["destroyed", "failed: unreachable"]);
  });

  it("tells of a fault in who listens", () => {
    const { link, said, publish } = linked();
    link.subscribe("channel", () => {});
    publish("throw");
    expect(said).toEqual(["Error: a fault"]);
  });

  it("throws every error to who asks", async () => {
    const { link, said, answer } = linked();
    const asked = link.ask(["PING"]);
    const outcome = expect(asked).rejects.toMatchObject({ code: "authentication" });
    await answer(new Error("WRONGPASS invalid"));
    await outcome;
    expect(said).toEqual([]);
  });
});
