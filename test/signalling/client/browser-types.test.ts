import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const client = resolve("src/signalling/client/index.ts");

/** A page: DOM types, no Node. It hands the browser's classes in and puts what comes out to use. */
const page = `
import { connect, Mesh, type RtcConstructor } from ${JSON.stringify(client)};
const session = connect("wss://example.org/ws", { WebSocket });
const mesh = new Mesh({ session, RTCPeerConnection, rtcConfig: { iceServers: [{ urls: "stun:example.org" }] } });
const given: RtcConstructor = RTCPeerConnection;
declare const video: HTMLVideoElement;
mesh.addEventListener("stream", ({ peer, stream }) => {
  video.srcObject = stream;
  void peer.connection.getStats();
});
mesh.addEventListener("channel", ({ channel }) => {
  channel.onmessage = (event: MessageEvent) => console.log(event.data);
  channel.send(new Blob([]));
});
export async function start(): Promise<void> {
  const media: MediaStream = await navigator.mediaDevices.getUserMedia({ audio: true });
  mesh.addStream(media);
  for (const track of media.getTracks()) mesh.removeTrack(track);
  console.log((await session.join("lobby")).peers.length, given.name);
}
`;

const wrong = `
import { connect, Mesh } from ${JSON.stringify(client)};
new Mesh({ session: connect("wss://example.org/ws") }).addStream("not a stream");
`;

describe("the client in a page", () => {
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

  function check(source: string): string {
    writeFileSync(join(folder, "page.ts"), source);
    const compiler = resolve("node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    // TS2877 is about emitting, which this does not do.
    return stdout
      .split("\n")
      .filter((line) => line.includes("error") && !line.includes("TS2877"))
      .join("\n");
  }

  it("compiles against the DOM, and takes and gives the DOM's own types", () => {
    expect(check(page)).toBe("");
  });

  it("is checked by a compiler that would complain", () => {
    expect(check(wrong)).toContain("TS2345");
  });
});
