import { describe, expect, it } from "vitest";
import { ServerProcess } from "../../../bench/harness/server-process.ts";
import { Member } from "../../../bench/signalling/member.ts";
import { relayContenders } from "../../../bench/signalling/relay-contenders.ts";
import { fanoutContenders } from "../../../bench/signalling/room-fanout-contenders.ts";
import { acknowledge, storm } from "../../../bench/signalling/storm.ts";

describe.concurrent.each(relayContenders)("the server under test $name", ({ start, open }) => {
  it("passes on what one says to another", async () => {
    const server = await start();
    try {
      for (const kind of ["message", "candidate", "description"] as const) {
        const load = await open(server.port, { kind, octets: 1024, pairs: 2, deep: 3 });
        expect((await load.run(5)).operations).toBeGreaterThanOrEqual(6);
        load.close();
      }
    } finally {
      await server.stop();
    }
  });
});

describe.concurrent.each(fanoutContenders)("the server under test $name", ({ start, open }) => {
  it("passes on what one says to all", async () => {
    const server = await start();
    try {
      const load = await open(server.port, { octets: 200, members: 4, deep: 2 });
      const { operations } = await load.run(5);
      expect(operations).toBeGreaterThanOrEqual(6);
      expect(operations % 3).toBe(0);
      load.close();
    } finally {
      await server.stop();
    }
  });
});

describe.concurrent("the join storm", () => {
  it("brings everybody together with everybody in the room", async () => {
    const script = new URL("../../../bench/signalling/peers/barewire.ts", import.meta.url);
    const server = await ServerProcess.start(script, { args: ["default"] });
    try {
      const members = await Member.open(9, () => ({ port: server.port }));
      const { latencies, relayed } = await storm({ members, roomSize: 3 });
      expect(latencies).toHaveLength(9);
      // Nine pairs, each with two descriptions, six candidates and their two ends.
      expect(relayed).toBe(90);
      await acknowledge(members);
      for (const member of members) member.close();
    } finally {
      await server.stop();
    }
  });
});
