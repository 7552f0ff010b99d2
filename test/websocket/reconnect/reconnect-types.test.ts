import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import type { WebSocket as IndependentWebSocket } from "ws";
import type { WebSocket } from "../../../src/websocket/client/client.ts";
import { ReconnectingWebSocket } from "../../../src/websocket/reconnect/reconnect.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../../src/websocket/reconnect/websocket-like.ts";

const client = JSON.stringify(resolve("src/websocket/reconnect/reconnect.ts"));

/** A page: DOM types, no Node. What is imported is compiled with it, so nothing of Node is in there either. */
const page = `
import { ReconnectingWebSocket, type WebSocketLike } from ${client};
const plain: WebSocketLike = new WebSocket("wss://example.org/");
await using socket = new ReconnectingWebSocket(() => new URL("/ws", location.href), "chat", {
  WebSocket,
  signal: AbortSignal.timeout(1000),
  queue: { whenFull: "throw" },
});
socket.onmessage = ({ data }) => console.log(typeof data === "string" ? data : data.byteLength);
socket.addEventListener("state", ({ state }) => document.body.classList.toggle("offline", state !== "open"));
socket.send(new Uint8Array(5));
socket.send(plain.bufferedAmount.toString());
const blobs = new ReconnectingWebSocket<string | Blob>("/ws");
blobs.binaryType = "blob";
blobs.onmessage = ({ data }) => console.log(typeof data === "string" ? data : data.size);
`;

const wrong = `
import { ReconnectingWebSocket } from ${client};
new ReconnectingWebSocket("/ws").send(new Blob([]));
new ReconnectingWebSocket("/ws", [], { WebSocket: Worker });
`;

describe("the reconnecting client in a page", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "barewire-types-"));
    const lib = ["es2024", "dom", "dom.iterable"];
    const compilerOptions = { lib, types: [], allowImportingTsExtensions: true, noEmit: true };
    const options = { extends: resolve("tsconfig.json"), compilerOptions, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function check(source: string): string[] {
    writeFileSync(join(folder, "page.ts"), source);
    const compiler = resolve("node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    // TS2877 is about emitting, which this does not do.
    return stdout.split("\n").filter((line) => line.includes("error") && !line.includes("TS2877"));
  }

  it("compiles against the DOM, without a type of Node", () => {
    expect(check(page)).toEqual([]);
  });

  it("is checked by a compiler that would complain", () => {
    expect(check(wrong)).toEqual([
      expect.stringContaining("'Blob' is not assignable"),
      expect.stringContaining("WebSocketConstructor"),
    ]);
  });
});

describe("a socket that comes back", () => {
  it("stands on that of Node, of ws, or on ours", () => {
    expectTypeOf(globalThis.WebSocket).toExtend<WebSocketConstructor>();
    expectTypeOf<typeof IndependentWebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<typeof WebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<Worker>().not.toExtend<WebSocketLike>();
    expect([0, 1, 2, 3]).toEqual([
      ReconnectingWebSocket.CONNECTING,
      ReconnectingWebSocket.OPEN,
      ReconnectingWebSocket.CLOSING,
      ReconnectingWebSocket.CLOSED,
    ]);
  });
});
