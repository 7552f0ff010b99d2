import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "../../src/websocket/client/client.ts";
import { Inbox } from "./inbox.ts";
import { libraryOptions, type RunningExample, startExample } from "./running-example.ts";

const MIB = 1024 * 1024;

describe("examples/large-files", () => {
  let folder: string;
  let example: RunningExample;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "large-files-"));
    example = await startExample("large-files/server.ts", { args: [join(folder, "stored")] });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the example's client between two files. */
  async function client(
    command: string,
    url: string,
    input: string,
    output: string,
  ): Promise<[unknown, string]> {
    const [read, write] = [openSync(input, "r"), openSync(output, "w")];
    const child = spawn(
      process.execPath,
      [...libraryOptions(), resolve("examples/large-files/client.ts"), command, url],
      { stdio: [read, write, "pipe"] },
    );
    let said = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [code] = await once(child, "close");
    closeSync(read);
    closeSync(write);
    return [code, said];
  }

  it("takes a file and gives it back, and never holds all of it", async () => {
    const [original, copy] = [join(folder, "original"), join(folder, "copy")];
    const piece = randomBytes(MIB);
    writeFileSync(original, Buffer.concat(Array.from({ length: 192 }, (_, n) => piece.fill(n, 0, 4))));
    const { size } = statSync(original);
    expect(
      await client("upload", `${example.socketUrl}/upload?name=film.mp4`, original, "/dev/null"),
    ).toEqual([0, `stored: ${size} bytes\n`]);
    expect(statSync(join(folder, "stored/film.mp4")).size).toBe(size);
    expect(
      await client("download", `${example.socketUrl}/download?name=film.mp4`, "/dev/null", copy),
    ).toEqual([0, ""]);
    expect(digest(copy)).toBe(digest(original));
    // What the server ever had in memory, Node itself included; known where there is /proc.
    const status = `/proc/${example.process.pid}/status`;
    if (!existsSync(status)) return;
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(status, "utf8"))?.[1]) * 1024;
    expect(peak).toBeLessThan(size);
  });

  it("keeps nothing of a file whose sender is gone", async () => {
    const socket = new WebSocket(`${example.socketUrl}/upload?name=half`);
    const { closed } = new Inbox(socket);
    await new Promise((open) => socket.addEventListener("open", open));
    const half = join(folder, "stored/half");
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(MIB);
      while (!existsSync(half) || statSync(half).size === 0) await new Promise((next) => setTimeout(next, 5));
      socket.terminate();
      await closed;
      yield new Uint8Array(MIB);
    }
    await expect(socket.sendParts(parts())).rejects.toThrow("closing");
    while (existsSync(half)) await new Promise((next) => setTimeout(next, 5));
  });

  it("writes over no file, and outside of its folder nothing", async () => {
    writeFileSync(join(folder, "stored/taken"), "mine");
    const socket = new WebSocket(`${example.socketUrl}/upload?name=taken`);
    const { closed } = new Inbox(socket);
    await new Promise((open) => socket.addEventListener("open", open));
    socket.send(new Uint8Array(10));
    expect((await closed).code).toBe(4500);
    expect(readFileSync(join(folder, "stored/taken"), "utf8")).toBe("mine");
    for (const name of ["..%2Fescaped", ".hidden", ""]) {
      const refused = new WebSocket(`${example.socketUrl}/upload?name=${name}`);
      const [error] = await new Promise<[{ status?: number }]>((resolve) =>
        refused.addEventListener("error", (event) => resolve([event.error as { status?: number }])),
      );
      expect(error.status).toBe(400);
    }
  });

  it("tells a client whose file does not exist, and ends in an orderly way", async () => {
    expect(
      (await client("download", `${example.socketUrl}/download?name=nothing`, "/dev/null", "/dev/null"))[0],
    ).toBe(1);
    expect(await example.stop()).toBe(0);
  });
});

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
