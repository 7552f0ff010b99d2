import { describe, expect, it } from "vitest";
import { BoundedQueue } from "../../src/password/queue.ts";

/** Tasks that wait until the test lets them go, and a list of those that were started. */
class Workshop {
  readonly started: string[] = [];
  readonly #running = new Map<string, { resolve(value: string): void; reject(error: Error): void }>();

  task(name: string): () => Promise<string> {
    return () => {
      this.started.push(name);
      return new Promise((resolve, reject) => this.#running.set(name, { resolve, reject }));
    };
  }

  finish(name: string): void {
    this.#running.get(name)!.resolve(name);
  }

  fail(name: string): void {
    this.#running.get(name)!.reject(new Error(`${name} failed`));
  }
}

const busy = expect.objectContaining({ code: "password/busy" });

describe("a bounded queue", () => {
  it("runs as many tasks at once as it may, and starts the next when one is done, first come first served", async () => {
    const workshop = new Workshop();
    const queue = new BoundedQueue(2, { total: 2 });
    const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => queue.run(workshop.task(name)));
    expect(workshop.started).toEqual(["a", "b"]);
    workshop.finish("b");
    await expect(b).resolves.toBe("b");
    expect(workshop.started).toEqual(["a", "b", "c"]);
    workshop.finish("a");
    await expect(a).resolves.toBe("a");
    expect(workshop.started).toEqual(["a", "b", "c", "d"]);
    workshop.finish("c");
    workshop.finish("d");
    await expect(Promise.all([c, d])).resolves.toEqual(["c", "d"]);
  });

  it("refuses with password/busy what finds the queue full, without starting it", async () => {
    const workshop = new Workshop();
    const queue = new BoundedQueue(1, { total: 1 });
    const a = queue.run(workshop.task("a"));
    const b = queue.run(workshop.task("b"));
    await expect(queue.run(workshop.task("c"))).rejects.toEqual(busy);
    workshop.finish("a");
    await a;
    workshop.finish("b");
    await b;
    expect(workshop.started).toEqual(["a", "b"]);
  });

  it("has its place again after a task failed", async () => {
    const workshop = new Workshop();
    const queue = new BoundedQueue(1, { total: 0 });
    const a = queue.run(workshop.task("a"));
    workshop.fail("a");
    await expect(a).rejects.toThrow("a failed");
    const b = queue.run(workshop.task("b"));
    workshop.finish("b");
    await expect(b).resolves.toBe("b");
  });

  it("has its place again after a task threw before it returned a promise", async () => {
    const queue = new BoundedQueue(1, { total: 0 });
    const thrower = (): Promise<never> => {
      throw new Error("at once");
    };
    await expect(queue.run(thrower)).rejects.toThrow("at once");
    await expect(queue.run(async () => "next")).resolves.toBe("next");
  });

  it("gives a place to who waits for it, not to who comes as it becomes free", async () => {
    const workshop = new Workshop();
    const queue = new BoundedQueue(1, { total: 1 });
    const a = queue.run(workshop.task("a"));
    const b = queue.run(workshop.task("b"));
    workshop.finish("a");
    await a;
    const c = queue.run(workshop.task("c"));
    expect(workshop.started).toEqual(["a", "b"]);
    workshop.finish("b");
    await b;
    workshop.finish("c");
    await c;
    expect(workshop.started).toEqual(["a", "b", "c"]);
  });

  it("drops what waits when nobody waits for it any more, and gives the place to others", async () => {
    const workshop = new Workshop();
    const queue = new BoundedQueue(1, { total: 1 });
    const leaving = new AbortController();
    const a = queue.run(workshop.task("a"), { signal: leaving.signal });
    const b = queue.run(workshop.task("b"), { signal: leaving.signal });
    leaving.abort(new Error("gone"));
    await expect(b).rejects.toThrow("gone");
    const c = queue.run(workshop.task("c"));
    await expect(queue.run(workshop.task("d"), { signal: leaving.signal })).rejects.toThrow("gone");
    workshop.finish("a");
    await expect(a).resolves.toBe("a"); // had begun
    workshop.finish("c");
    await expect(c).resolves.toBe("c");
    expect(workshop.started).toEqual(["a", "c"]);
  });

  it("is not disturbed by a signal after the task has begun", async () => {
    const workshop = new Workshop();
    const queue = new BoundedQueue(1, { total: 2 });
    const leaving = new AbortController();
    const a = queue.run(workshop.task("a"));
    const b = queue.run(workshop.task("b"), { signal: leaving.signal });
    const c = queue.run(workshop.task("c"));
    workshop.finish("a");
    await a;
    leaving.abort();
    workshop.finish("b");
    await expect(b).resolves.toBe("b");
    workshop.finish("c");
    await expect(c).resolves.toBe("c");
  });

  it("lets one client have its share of the waiting, and refuses that client alone", async () => {
    const workshop = new Workshop();
    const queue = new BoundedQueue(1, { total: 4, perClient: 2 });
    const [mine, theirs] = [{ client: "mine" }, { client: "theirs" }];
    const runs = ["a", "b", "c"].map((name) => queue.run(workshop.task(name), mine));
    await expect(queue.run(workshop.task("d"), mine)).rejects.toEqual(busy);
    runs.push(queue.run(workshop.task("e"), theirs), queue.run(workshop.task("f")));
    for (const [i, name] of ["a", "b", "c", "e", "f"].entries()) {
      workshop.finish(name);
      await expect(runs[i]).resolves.toBe(name);
    }
    expect(workshop.started).toEqual(["a", "b", "c", "e", "f"]);
  });

  it.each([
    [0, 1],
    [1.5, 1],
    [1, -1],
    [1, Number.POSITIVE_INFINITY],
  ])("cannot be made with concurrency %d and a queue of %d", (concurrency, limit) => {
    expect(() => new BoundedQueue(concurrency, { total: limit })).toThrow(RangeError);
  });
});
