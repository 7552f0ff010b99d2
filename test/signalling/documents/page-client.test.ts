/** The client in docs/signalling.md, taken from the page and run against sockets that are none. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseCommand } from "../../../src/signalling/parse-command.ts";
import type { Command, Notice } from "../../../src/signalling/protocol.ts";
import { noticeExamples } from "../../../tools/signalling-schema/examples.ts";

interface Client {
  say(command: object): void;
  leave(): void;
}

interface Options {
  readonly url: string;
  readonly room: string;
  readonly connect: (url: string, subprotocol: string) => Socket;
  readonly onNotice: (notice: Notice) => void;
  readonly onEnd: (code: number) => void;
}

class Socket {
  readonly said: Command[] = [];
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: ((event: { code: number }) => void) | null | undefined;

  send(text: string): void {
    const command = parseCommand(text);
    if (command.type === "refusal") throw new Error(command.message);
    this.said.push(command);
  }

  close(code: number): void {
    this.onclose?.({ code });
  }

  hear(notice: object): void {
    this.onmessage?.({ data: JSON.stringify(notice) });
  }
}

const page = readFileSync("docs/signalling.md", "utf8");
const [, code = ""] = /^```js\n(export function enter.*?)^```$/ms.exec(page) ?? [];
const { enter } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
  readonly enter: (options: Options) => Client;
};

const [welcome] = noticeExamples.welcome;
const joined = { ...noticeExamples.joined[0]!, seq: 100 };
const resumed = { ...noticeExamples.resumed[0]!, ack: 1 };
const hello = { type: "message", text: "hello" } as const;

let sockets: Socket[];
let heard: Notice[];
let ended: number[];
let client: Client;

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, heard, ended] = [[], [], []];
  client = enter({
    url: "wss://example.org/ws",
    room: "lobby",
    connect: (url, subprotocol) => {
      expect([url, subprotocol]).toEqual(["wss://example.org/ws", "barewire.signal.v1"]);
      const socket = new Socket();
      sockets.push(socket);
      return socket;
    },
    onNotice: (notice) => heard.push(notice),
    onEnd: (closeCode) => ended.push(closeCode),
  });
});

afterEach(() => {
  client.leave();
  vi.useRealTimers();
});

/** The newest socket, after it was welcomed. */
function welcomed(): Socket {
  const socket = sockets.at(-1)!;
  socket.hear(welcome!);
  return socket;
}

/** The connection breaks, and there is another one. */
function reconnected(): Socket {
  sockets.at(-1)!.close(1006);
  vi.advanceTimersByTime(60_000);
  return welcomed();
}

describe("the client of docs/signalling.md", () => {
  it("has about forty lines", () => expect(code.split("\n").length).toBeLessThan(60));

  it("joins when it is welcomed, and then says what waited", () => {
    client.say(hello);
    const socket = welcomed();
    expect(socket.said).toMatchObject([{ type: "join", id: "join", room: "lobby", resume: undefined }]);
    socket.hear(joined);
    expect(socket.said.slice(1)).toMatchObject([{ ...hello, seq: 1 }]);
    expect(heard).toEqual([welcome, joined]);
  });

  it("resumes after a loss, and says again only what was not confirmed, before what is new", () => {
    const first = welcomed();
    first.hear(joined);
    first.hear({ ...noticeExamples["peer-reconnecting"][0]!, seq: 117 });
    client.say({ ...hello, text: "one" });
    client.say({ ...hello, text: "two" });
    first.close(1006);
    client.say({ ...hello, text: "three" });
    const second = reconnected();
    const { self: peer, secret } = joined;
    expect(second.said).toMatchObject([{ type: "join", resume: { peer, secret, ack: 117 } }]);
    second.hear(resumed);
    expect(second.said.slice(1)).toMatchObject([
      { text: "two", seq: 2 },
      { text: "three", seq: 3 },
    ]);
    expect(first.said).toHaveLength(3);
  });

  it("says nothing again that a pong has confirmed", () => {
    const first = welcomed();
    first.hear(joined);
    client.say(hello);
    vi.advanceTimersByTime(15_000);
    expect(first.said.at(-1)).toMatchObject({ type: "ping", ack: 100 });
    first.hear({ type: "pong", ack: 1 });
    const second = reconnected();
    second.hear(resumed);
    expect(second.said).toHaveLength(1);
  });

  it("begins anew when it came too late", () => {
    welcomed().hear(joined);
    client.say(hello);
    const second = reconnected();
    second.hear({ ...joined, self: "another", secret: "other", seq: 300, resumed: false });
    client.say(hello);
    expect(second.said.slice(1)).toMatchObject([{ ...hello, seq: 1 }]);
    const third = reconnected();
    expect(third.said).toMatchObject([{ resume: { peer: "another", secret: "other", ack: 300 } }]);
  });

  it.each([
    ["it was put out", noticeExamples.left[0]!],
    ["it may not enter", { type: "error", id: "join", code: "room-full", message: "" }],
  ])("ends when %s", (_what, notice) => {
    welcomed().hear(notice);
    expect(ended).toEqual([1000]);
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(1);
  });

  it("leaves for good, also while it is not connected", () => {
    welcomed().close(1006);
    client.leave();
    vi.advanceTimersByTime(120_000);
    expect([ended, sockets.length]).toEqual([[1000], 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([1003, 1008, 4401, 4409])("does not come back after %i", (closeCode) => {
    welcomed().close(closeCode);
    vi.advanceTimersByTime(120_000);
    expect([ended, sockets.length]).toEqual([[closeCode], 1]);
  });

  it.each([1001, 1006, 1013, 4408])("comes back after %i", (closeCode) => {
    welcomed().close(closeCode);
    vi.advanceTimersByTime(60_000);
    expect([ended, sockets.length]).toEqual([[], 2]);
  });
});
