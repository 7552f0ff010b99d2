import { describe, expect, it } from "vitest";
import { WebSocket } from "../../src/websocket/client/client.ts";
import { ReconnectingWebSocket } from "../../src/websocket/reconnect/reconnect.ts";
import { Inbox } from "./inbox.ts";
import { type RunningExample, startExample } from "./running-example.ts";

let example: RunningExample;

async function join(name: string, room: string): Promise<{ socket: WebSocket; inbox: Inbox }> {
  const socket = new WebSocket(`${example.socketUrl}/chat?name=${name}&room=${room}`);
  const inbox = new Inbox(socket);
  await inbox.find((message) => String(message).includes(`"joined","name":"${name}"`));
  return { socket, inbox };
}

const notice = async (inbox: Inbox): Promise<unknown> => JSON.parse(String(await inbox.next()));

describe("examples/chat", () => {
  it("tells a room who comes, what they say, and who goes, and other rooms nothing", async () => {
    example = await startExample("chat/server.ts");
    const ada = await join("ada", "tea");
    const eve = await join("eve", "coffee");
    const bob = await join("bob", "tea");
    expect(await notice(ada.inbox)).toEqual({ type: "joined", name: "bob", members: 2 });
    bob.socket.send("hello <b>ada</b>");
    expect(await notice(ada.inbox)).toEqual({ type: "said", name: "bob", text: "hello <b>ada</b>" });
    bob.socket.close();
    expect(await notice(ada.inbox)).toEqual({ type: "left", name: "bob", members: 1 });
    eve.socket.send("anybody?");
    expect(await notice(eve.inbox)).toEqual({ type: "said", name: "eve", text: "anybody?" });
  });

  it("closes with 1003 what is no text, and with 1009 what is too long", async () => {
    example = await startExample("chat/server.ts");
    const ada = await join("ada", "tea");
    ada.socket.send(new Uint8Array(3));
    expect(await ada.inbox.closed).toMatchObject({ code: 1003 });
    const bob = await join("bob", "tea");
    bob.socket.send("a".repeat(5000));
    expect((await bob.inbox.closed).code).toBe(1009);
  });

  it("drops the oldest of what waits for a slow reader, and says how many they were", async () => {
    example = await startExample("chat/server.ts");
    const slow = await join("slow", "tea");
    const fast = await join("fast", "tea");
    slow.socket.pause();
    const count = 6_000; // 24 MB, more than the network between us holds
    const text = "x".repeat(4_000);
    for (let n = 0; n < count; n++) {
      fast.socket.send(`${n} ${text}`);
      if (n % 50 === 49) await fast.inbox.find((message) => String(message).includes(`"text":"${n} `));
    }
    slow.socket.resume();
    let heard = 0;
    let last = -1;
    for (;;) {
      const message = JSON.parse(String(await slow.inbox.next()));
      if (message.type === "missed") {
        expect(message.count).toBe(count - heard);
        expect(message.count).toBeGreaterThan(0);
        break;
      }
      if (message.type !== "said") continue;
      heard++;
      const number = Number.parseInt(message.text, 10);
      expect(number).toBeGreaterThan(last);
      last = number;
    }
    expect(last).toBe(count - 1); // the newest are what is kept
  });

  it("serves a page, and every module that its client consists of", async () => {
    example = await startExample("chat/server.ts");
    const page = await (await fetch(`${example.url}/?name=ada&room=tea`)).text();
    expect(page).toContain('"barewire/websocket/reconnect": "/barewire/reconnect/reconnect.js"');
    const modules = new Set(["/barewire/reconnect/reconnect.js"]);
    for (const module of modules) {
      const answer = await fetch(new URL(module, example.url));
      expect([module, answer.status, answer.headers.get("content-type")]).toEqual([
        module,
        200,
        "text/javascript",
      ]);
      for (const [, name] of (await answer.text()).matchAll(/from "(.+?)"/g)) {
        modules.add(new URL(name!, new URL(module, example.url)).pathname);
      }
    }
    expect(modules.size).toBeGreaterThan(5);
    expect((await fetch(`${example.url}/barewire/reconnect/no-such.js`)).status).toBe(404);
    expect((await fetch(`${example.url}/etc/passwd`)).status).toBe(404);
  });

  it("asks all to come back when it restarts, which the page's client does, with what was said meanwhile", async () => {
    example = await startExample("chat/server.ts");
    const port = new URL(example.url).port;
    const client = new ReconnectingWebSocket(`${example.socketUrl}/chat?name=ada&room=tea`, [], {
      reconnect: { initialDelay: 20, maxDelay: 20 },
    });
    const inbox = new Inbox(client);
    await inbox.next();
    const closed = new Promise<{ reason: string; willReconnect: boolean }>((resolve) =>
      client.addEventListener("close", resolve, { once: true }),
    );
    expect(await example.stop()).toBe(0);
    expect(await closed).toMatchObject({
      code: 1012,
      reason: "retry-after=2000 restarting",
      willReconnect: true,
    });
    client.send("still here");
    example = await startExample("chat/server.ts", { environment: { PORT: port } });
    expect(await notice(inbox)).toEqual({ type: "joined", name: "ada", members: 1 });
    expect(await notice(inbox)).toEqual({ type: "said", name: "ada", text: "still here" });
    client.close();
  });
});
