import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { describeCommand, parseCommandLine } from "../../src/cli/command-line.ts";
import { echo } from "../../src/cli/echo.ts";
import { type EchoCommandOptions, echoCommand, readEchoOptions } from "../../src/cli/echo-options.ts";
import { CommandError, ExitCode } from "../../src/cli/exit-code.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { nextEvent } from "../websocket/next-event.ts";
import { selfSigned } from "../websocket/self-signed.ts";
import { barewire, barewireEcho } from "./barewire.ts";

function optionsOf(...args: string[]): EchoCommandOptions {
  return readEchoOptions(parseCommandLine(args, echoCommand)!);
}

/** What a call ends with. */
async function errorOf(call: () => unknown): Promise<CommandError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("nothing went wrong");
}

describe("the options of barewire echo", () => {
  it("have defaults that work at once, for this machine alone", () => {
    expect(optionsOf()).toEqual({
      port: 9001,
      host: "127.0.0.1",
      deflate: false,
      tls: undefined,
      http2Port: undefined,
      maxMessageBytes: 67_108_864,
      json: false,
    });
  });

  it("come from the command line", () => {
    const args = ["--port=0", "--host=::1", "--deflate", "--json", "--http2-port=0", "--max-message=125"];
    expect(optionsOf(...args, "--cert=cert.pem", "--key=-")).toEqual({
      port: 0,
      host: "::1",
      deflate: true,
      tls: { cert: { from: "file", path: "cert.pem" }, key: { from: "stdin" } },
      http2Port: 0,
      maxMessageBytes: 125,
      json: true,
    });
  });

  it("are all explained", () => {
    const help = describeCommand(echoCommand);
    for (const name of ["port", "host", "deflate", "cert", "key", "http2-port", "max-message", "json"]) {
      expect(help).toMatch(new RegExp(`^ {2}--${name} `, "m"));
    }
  });

  it.each([
    [["--port", "70000"], "--port"],
    [["--port", "8e3"], "--port"],
    [["--http2-port", "x"], "--http2-port"],
    [["--port", "7", "--http2-port", "7"], "--http2-port"],
    [["--max-message", "0"], "--max-message"],
    [["--max-message", "999999999"], "--max-message"],
    [["--host"], "--host"],
    [["--cert", "cert.pem"], "--key"],
    [["--key", "key.pem"], "--cert"],
    [["--cert", "-", "--key", "-"], "standard input"],
    [["--key", "-----BEGIN PRIVATE KEY-----", "--cert", "cert.pem"], "--key"],
    [["--loud"], "--loud"],
    [["9001"], "argument"],
  ])("refuse %j in one line that names %s", async (args, name) => {
    const { exitCode, message } = await errorOf(() => optionsOf(...args));
    expect(exitCode).toBe(ExitCode.Usage);
    expect(message).toContain(name);
    expect(message).not.toContain("\n");
  });
});

describe("barewire echo", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "barewire-echo-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The path of a new file. */
  async function file(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  it("prints its addresses, closes its sockets with 1001 and ends with 0 on SIGINT", async () => {
    const running = await barewireEcho(["--port=0"]);
    const socket = new WebSocket(running.url);
    onTestFinished(() => socket.terminate());
    await socket.opened;
    socket.send("hello");
    expect((await nextEvent(socket, "message")).data).toBe("hello");
    running.signal("SIGINT");
    expect(await nextEvent(socket, "close")).toMatchObject({ code: 1001, wasClean: true });
    const origin = running.url.slice(0, -"/echo".length);
    expect(await running.finished).toEqual({
      code: 0,
      stdout: `echo       ${origin}/echo\nbroadcast  ${origin}/broadcast\n`,
      stderr: "",
    });
  });

  it("prints them as one line of JSON, and ends with 0 on SIGTERM", async () => {
    const { cert, key } = selfSigned();
    const running = await barewireEcho([
      ...["--port=0", "--http2-port=0", "--json"],
      ...["--cert", await file("cert.pem", cert), "--key", await file("key.pem", key)],
    ]);
    const over1 = new WebSocket(running.url, [], { tls: { ca: cert } });
    onTestFinished(() => over1.terminate());
    await over1.opened;
    running.signal("SIGTERM");
    const { code, stdout, stderr } = await running.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(stdout)).toEqual({
      url: expect.stringMatching(/^wss:\/\/127\.0\.0\.1:[1-9]\d*\/echo$/),
      broadcastUrl: running.url.replace("/echo", "/broadcast"),
      http2Url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:[1-9]\d*\/echo$/),
    });
  });

  it("ends with 3 and says so when a port is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    expect(await barewire(["echo", "--port", String(port)])).toEqual({
      code: 3,
      stdout: "",
      stderr: `barewire: port ${port} on 127.0.0.1 is in use by another program; choose another with --port\n`,
    });
    const { exitCode, message } = await errorOf(() => echo(["--port=0", "--http2-port", String(port)]));
    expect({ exitCode, message }).toEqual({
      exitCode: 3,
      message: `port ${port} on 127.0.0.1 is in use by another program; choose another with --http2-port`,
    });
  });

  it("ends with 3 for a certificate that is missing, none, or not that of the key", async () => {
    const [one, other] = [selfSigned(), selfSigned()];
    const [cert, key] = [await file("a.pem", one.cert), await file("b.pem", other.key)];
    for (const wrong of [join(folder, "none.pem"), await file("note.pem", "no PEM"), cert]) {
      const { exitCode, message } = await errorOf(() => echo(["--port=0", "--cert", wrong, "--key", key]));
      expect(exitCode).toBe(3);
      expect(message).toContain(wrong);
    }
  });

  it("ends with 3 for an address of another machine", async () => {
    const { exitCode, message } = await errorOf(() => echo(["--port=0", "--host=192.0.2.1"]));
    expect({ exitCode, message }).toEqual({
      exitCode: 3,
      message: "192.0.2.1 is not an address of this machine; choose one with --host",
    });
  });
});
