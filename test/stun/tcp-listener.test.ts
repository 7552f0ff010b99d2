import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Deadlines, type Machine } from "../../src/deadlines.ts";
import { silentLog } from "../../src/log.ts";
import { BindingServer } from "../../src/stun/binding.ts";
import { encodeBindingRequest } from "../../src/stun/binding-request.ts";
import { ConnectionLimits } from "../../src/stun/connection-limits.ts";
import { listenTcp } from "../../src/stun/tcp-listener.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A clock that stands still until it is set. */
class VirtualDeadlines extends Deadlines {
  time = 0;
  readonly machines = new Set<Machine>();
  override now(): number {
    return this.time;
  }
  override add(machine: Machine): void {
    this.machines.add(machine);
  }
  override delete(machine: Machine): void {
    this.machines.delete(machine);
  }
}

/** Answers with so many octets, whatever it is asked. */
class Verbose extends BindingServer {
  asked = 0;
  override receive(): Uint8Array {
    this.asked++;
    return new Uint8Array(1 << 20);
  }
}

async function dial(binding: BindingServer, deadlines = new VirtualDeadlines()): Promise<Socket> {
  const limits = new ConnectionLimits(10, 10);
  const context = { binding, limits, deadlines, log: silentLog, maxMessage: 1500, idleTimeout: 100 };
  const listener = await listenTcp({ address: "127.0.0.1", port: 0 }, context);
  open.push(() => listener.close());
  const socket = connect({ port: listener.address().port, host: "127.0.0.1", noDelay: true });
  open.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Whether `condition` comes true within a time that is long for a loopback. */
function comesTrue(condition: () => boolean): Promise<boolean> {
  const check = (): void => {
    if (!condition()) throw new Error("not yet");
  };
  return vi.waitFor(check, { timeout: 250, interval: 1 }).then(
    () => true,
    () => false,
  );
}

const request = encodeBindingRequest(new Uint8Array(12));

describe("RFC 8489 §6.2.2 a connection's time", () => {
  it("is counted from the last whole message, and no part of one prolongs it", async () => {
    const deadlines = new VirtualDeadlines();
    const socket = await dial(new BindingServer(), deadlines);
    await expect.poll(() => deadlines.machines.size).toBe(1);
    const [connection] = deadlines.machines;
    expect(connection?.nextTimeout).toBe(100);

    deadlines.time = 50;
    socket.write(Buffer.concat([request, request.subarray(0, 10)]));
    await once(socket, "data");
    expect(connection?.nextTimeout).toBe(150);

    deadlines.time = 90;
    socket.write(request.subarray(10, 19));
    expect(await comesTrue(() => connection?.nextTimeout !== 150)).toBe(false);
    connection?.handleTimeout(150);
    await once(socket, "close");
    await expect.poll(() => deadlines.machines.size).toBe(0);
  });
});

describe("a client that does not read its answers", () => {
  it("is not read from until it does", async () => {
    const binding = new Verbose();
    const socket = await dial(binding);
    socket.pause();
    let sent = 0;
    do {
      socket.write(request);
      sent++;
    } while (sent < 64 && (await comesTrue(() => binding.asked === sent)));
    expect(sent).toBeLessThan(64);
    expect(binding.asked).toBeLessThan(sent);
    let heard = 0;
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.length;
    });
    socket.resume();
    while (heard < sent << 20) await once(socket, "data");
    expect(binding.asked).toBe(sent);
  });
});
