/** A call whose two sides know of each other nothing but what the STUN server beside ours has told them. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { House } from "./house.ts";
import type { Visitor } from "./visitor.ts";

let house: House;
const visitors: Visitor[] = [];
/** What the server told them to find their ways by. */
const iceServers: unknown[] = [];
/** Every candidate that reached the other side, by its type (RFC 8839 §5.1). */
const passed: string[] = [];

beforeAll(async () => {
  house = await House.open(["--stun-port=auto"]);
  for (const name of ["ann", "ben"]) {
    const account = await house.account(name);
    // Until it has leave to use the camera, Chromium tells no address of its own: what STUN tells it is news.
    const arrival = { ...account, room: "kitchen", permissions: [], prepare };
    visitors.push(await house.visit(name, arrival));
  }
});
afterAll(() => house?.close());

/** Lets no candidate through but those that STUN has found, neither by itself nor in a description. */
async function prepare(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    const { RTCPeerConnection } = globalThis;
    class Kept extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    }
    Object.assign(globalThis, { connections, RTCPeerConnection: Kept });
  });
  await page.routeWebSocket("**/ws", (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      const notice = JSON.parse(String(data));
      if (notice.type === "joined") iceServers.push(notice.iceServers);
      socket.send(data);
    });
    socket.onMessage((data) => {
      const command = JSON.parse(String(data));
      if (command.type === "candidate") {
        const type = / typ (\w+)/.exec(command.candidate.candidate)?.[1] ?? "";
        // It is numbered: the server must hear something in its place.
        if (type !== "srflx") command.type = "end-of-candidates";
        else passed.push(type);
      }
      if (command.type === "description")
        command.description.sdp = command.description.sdp.replace(/a=candidate:(?!.* typ srflx).*\r\n/g, "");
      server.send(JSON.stringify(command));
    });
  });
}

/** Runs in the page: of which types the candidates in use are, ours first. */
async function typesInUse(): Promise<readonly (string | undefined)[]> {
  const { connections } = globalThis as unknown as { readonly connections: readonly RTCPeerConnection[] };
  const report = await connections[0]!.getStats();
  const entries = new Map([...report].map(([id, entry]) => [id, entry as Record<string, string>]));
  const transport = [...entries.values()].find(({ selectedCandidatePairId: id }) => id !== undefined);
  const pair = entries.get(transport?.selectedCandidatePairId ?? "");
  return [pair?.localCandidateId, pair?.remoteCandidateId].map((id = "") => entries.get(id)?.candidateType);
}

describe("the STUN server beside ours", () => {
  it("is what the page is told to find its way by", async () => {
    for (const one of visitors) await one.seesOthers(1);
    const ours = [{ urls: [expect.stringMatching(/^stun:localhost:\d+$/)] }];
    expect(iceServers).toEqual([ours, ours]);
  });

  it("is enough to find each other: the call stands on what it has told, and pictures move", async () => {
    for (const one of visitors)
      await one.page.waitForSelector('#people li[data-peer][data-connection="connected"]');
    expect(new Set(passed)).toEqual(new Set(["srflx"]));
    for (const { page } of visitors) expect((await page.evaluate(typesInUse))[1]).toMatch(/^(s|p)rflx$/);
    for (const one of visitors) {
      await one.page.context().grantPermissions(["camera", "microphone"]);
      await one.startMedia();
    }
    await Promise.all(visitors.map((one) => one.seesMovingVideos(1, 2)));
    for (const { page } of visitors) expect((await page.evaluate(typesInUse))[1]).toMatch(/^(s|p)rflx$/);
    expect(house.complaints).toEqual([]);
  });
});
