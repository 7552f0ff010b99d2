import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { conform } from "../../src/cli/conform.ts";
import { type Echo, startEcho } from "../../src/cli/echo-server.ts";
import { CommandError, ExitCode } from "../../src/cli/exit-code.ts";
import { readReport } from "../../src/conformance/index.ts";
import { listenForHttp1 } from "../../src/conformance/mutants/echo-server.ts";
import { WebSocketServer } from "../../src/websocket/index.ts";

const PING = "rfc6455/5.5.2/1";
const PING_WITH_PAYLOAD = "rfc6455/5.5.2/3";
const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

let echo: Echo;
let folder: string;
beforeAll(async () => {
  echo = await startEcho({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), "conform-"));
});
afterAll(async () => {
  await echo.close();
  await rm(folder, { recursive: true });
});

describe("barewire conform server", () => {
  it("says what conforms, section by section, and ends with 0", async () => {
    const { code, stdout } = await run(
      "server",
      echo.url,
      "--only",
      "rfc6455/5.5.2/1",
      "--only",
      "rfc6455/5.5.3/1",
    );
    expect(code).toBe(ExitCode.Ok);
    expect(stdout).toMatch(/✓ rfc6455\/5\.5\.2 .*1 passed/);
    expect(stdout).toMatch(/✓ rfc6455\/5\.5\.3 .*1 passed/);
    expect(stdout).toMatch(/\n2 cases in .*: 2 passed\n$/);
  });

  it("shows the clause, the octets, what came and how to repeat it, and ends with 1", async () => {
    const url = await mutant("answers-pings-with-empty-pongs");
    const { code, stdout } = await run("server", url, "--only", PING_WITH_PAYLOAD, "--timeout", "1s");
    expect(code).toBe(ExitCode.Bad);
    for (const part of [
      "RFC 6455 §5.5.2",
      "an endpoint MUST send a Pong frame",
      /89 8. .*Ping/,
      /expected .*Pong/,
      /came .*Pong, 0 octets/,
      `npx barewire conform server ${url} --timeout 1s --only ${PING_WITH_PAYLOAD}`,
    ]) {
      expect(stdout).toMatch(part);
    }
  });

  it("writes every format into a folder", async () => {
    const out = join(folder, "all");
    const formats = "text,json,junit,markdown,html,badge";
    const { code } = await run("server", echo.url, "--only", PING, "--format", formats, "--out", out);
    expect(code).toBe(ExitCode.Ok);
    expect((await readdir(out)).sort()).toEqual([
      "conformance.badge.json",
      "conformance.html",
      "conformance.json",
      "conformance.junit.xml",
      "conformance.md",
      "conformance.txt",
    ]);
    const report = readReport(await readFile(join(out, "conformance.json"), "utf8"));
    expect(report).toMatchObject({ role: "server", seed: 1, cases: [{ id: PING, verdict: "pass" }] });
  });

  it("prints one format alone on standard output", async () => {
    const { stdout } = await run("server", echo.url, "--only", PING, "--format", "json");
    expect(readReport(stdout).totals.pass).toBe(1);
  });

  it("fails on what became worse than a baseline, and not on what was bad before", async () => {
    const url = await mutant("answers-pings-with-empty-pongs");
    const [good, bad] = [join(folder, "good"), join(folder, "bad")];
    const selected = ["--only", PING_WITH_PAYLOAD, "--timeout", "1s"];
    await run("server", echo.url, ...selected, "--format", "json", "--out", good);
    await run("server", url, ...selected, "--format", "json", "--out", bad);
    const against = (baseline: string): Promise<Outcome> =>
      run("server", url, ...selected, "--baseline", join(baseline, "conformance.json"));
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => stderr.mockRestore());
    expect((await against(good)).code).toBe(ExitCode.Bad);
    expect(stderr).toHaveBeenLastCalledWith(
      expect.stringContaining(`${PING_WITH_PAYLOAD}  a Ping with a text: fail, was pass`),
    );
    expect((await against(bad)).code).toBe(ExitCode.Ok);
    expect(stderr).toHaveBeenLastCalledWith("nothing is worse than in the baseline\n");
  });

  it("lists the cases with --list, and runs none", async () => {
    for (const url of [[], ["ws://127.0.0.1:1/"]]) {
      const { code, stdout } = await run("server", ...url, "--list", "--only", "autobahn:2.1");
      expect(code).toBe(ExitCode.Ok);
      expect(stdout).toBe(`${PING}  MUST    a Ping without payload  [autobahn 2.1]\n1 cases\n`);
    }
    for (const what of ["client", "jwt"])
      expect(await run(what, "--list")).toMatchObject({ stdout: expect.stringMatching(/\d cases\n$/) });
  });

  it("ends with 3 before it runs where its reports cannot be written, or the process is not there", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    for (const out of [file, join(file, "below"), "/proc/nowhere"]) {
      const error = await failure("server", "ws://127.0.0.1:1/", "--out", out);
      expect(error.exitCode).toBe(ExitCode.Unreachable);
      expect(error.message).toMatch(/cannot be written: E[A-Z]+$/);
    }
    const error = await failure("server", "ws://127.0.0.1:1/", "--pid", "4194304");
    expect(error).toMatchObject({ exitCode: ExitCode.Unreachable, message: expect.stringMatching(/--pid/) });
  });

  it("connects to the port it is given, though that is 0", async () => {
    const error = await failure("server", "ws://127.0.0.1:0/", "--timeout", "1s");
    expect(error.message).not.toMatch(/:80\b/);
  });

  it("is one failure where nothing is echoed", async () => {
    const server = new WebSocketServer({ port: 0, origins: "any" });
    onTestFinished(() => server.close());
    await server.listening;
    const { code, stdout } = await run(
      "server",
      `ws://127.0.0.1:${server.address?.port}/`,
      "--timeout",
      "1s",
    );
    expect(code).toBe(ExitCode.Bad);
    expect(stdout).toContain("the server does not echo");
    expect(stdout.split("\n").length).toBeLessThan(10);
  });

  it.each([
    ["nobody listens", async () => "ws://127.0.0.1:1/", /127\.0\.0\.1:1: .*ECONNREFUSED/],
    [
      "it is no WebSocket server",
      async () => webServer((_, response) => response.end("hello")),
      /is not a WebSocket server: "HTTP\/1.1 200 OK" instead of 101/,
    ],
    [
      "it is no HTTP server",
      async () => tcpServer("220 mail.example ESMTP\r\n"),
      /does not answer an opening handshake/,
    ],
    ["it hangs up", async () => tcpServer(undefined), /is not a WebSocket server: the connection ended/],
  ])("ends with 3 and one line when %s", async (_, address, message) => {
    const error = await failure("server", await address(), "--timeout", "1s");
    expect(error.exitCode).toBe(ExitCode.Unreachable);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
  });

  it.each<[string[], RegExp]>([
    [[], /it takes one URL/],
    [["http://127.0.0.1/"], /must be like ws:/],
    [["ws://127.0.0.1/#a"], /without a fragment/],
    [["ws://user:secret@127.0.0.1/"], /^the server's URL must be without a user's name or password/],
    [["ws://127.0.0.1/", "--profile", "kernel"], /--profile must be one of .*core/],
    [["ws://127.0.0.1/", "--only", "rfc1149/*"], /no case is selected/],
    [["ws://127.0.0.1/", "--format", "pdf"], /--format must be one of/],
    [["ws://127.0.0.1/", "--format", "json,html"], /--out/],
    [["ws://127.0.0.1/", "--timeout", "soon"], /--timeout must be/],
    [["ws://127.0.0.1/", "--concurrency", "0"], /--concurrency must be/],
    [["ws://127.0.0.1/", "--seed", "-1"], /--seed/],
    [["ws://127.0.0.1/", "--http2-url", "ftp://x"], /--http2-url must be like ws:/],
  ])("ends with 2 for %j", async (args, message) => {
    const error = await failure("server", ...args);
    expect(error.exitCode).toBe(ExitCode.Usage);
    expect(error.message).toMatch(message);
  });

  it("prints what is known so far after Ctrl-C, and ends", async () => {
    const url = await mutant("answers-no-pings");
    // The first case passes, the second waits for a Pong that does not come.
    const child = spawn(process.execPath, [
      MAIN,
      "conform",
      "server",
      url,
      "--only",
      "rfc6455/4.4/1",
      "--only",
      PING,
      "--concurrency",
      "1",
      "--timeout",
      "1m",
    ]);
    let stdout = "";
    let interrupted = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      // A second one would end it as signals do.
      if (stdout.includes("4.4") && !interrupted) interrupted = child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(ExitCode.Bad);
    expect(stdout).toMatch(/1 passed/);
    expect(stdout).toMatch(/ended early/);
  });
});

describe("barewire conform report", () => {
  it("puts several runs side by side", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    for (const out of [one, two]) {
      await run(
        "server",
        echo.url,
        "--only",
        PING,
        "--format",
        "json",
        "--out",
        out,
        "--name",
        `peer ${out.slice(-3)}`,
      );
    }
    const files = [one, two].map((out) => join(out, "conformance.json"));
    const { code, stdout } = await run("report", ...files);
    expect(code).toBe(ExitCode.Ok);
    expect(stdout).toMatch(/^<!doctype html>/i);
    expect(stdout).toContain("peer one");
    expect(stdout).toContain("peer two");
  });

  it("ends with 3 and says where when a file is no report", async () => {
    const path = join(folder, "other.json");
    await writeFile(path, '{"format":"barewire-conformance/1"}');
    const error = await failure("report", path);
    expect(error.exitCode).toBe(ExitCode.Unreachable);
    expect(error.message).toMatch(/other\.json: it is no report of this suite/);
  });

  it("ends with 3 when the baseline is about another role", async () => {
    const out = join(folder, "server");
    await run("server", echo.url, "--only", PING, "--format", "json", "--out", out);
    const error = await failure("jwt", "--exec", "cat", "--baseline", join(out, "conformance.json"));
    expect(error.exitCode).toBe(ExitCode.Unreachable);
    expect(error.message).toMatch(/it is the report of a server, not of a jwt/);
  });
});

describe("barewire conform client and jwt", () => {
  it.each<[string[], RegExp]>([
    [["client"], /--exec COMMAND or --listen/],
    [["client", "--exec", "a", "--listen", "1"], /--exec COMMAND or --listen/],
    [["client", "--listen", "host"], /--listen must be/],
    [["client", "--listen", "65536"], /--listen must be/],
    [["client", "x", "--exec", "a"], /takes no argument/],
    [["client", "--exec", "a", "--profile", "h2"], /--profile must be one of/],
    [["jwt"], /--exec COMMAND/],
    [["socket"], /server, client, jwt or report/],
  ])("end with 2 for %j", async (args, message) => {
    const error = await failure(...args);
    expect(error.exitCode).toBe(ExitCode.Usage);
    expect(error.message).toMatch(message);
  });

  it.each([
    ["client", "exit 7"],
    ["client", "no-such-command-here {url}"],
    ["jwt", "exit 7"],
    ["jwt", "echo not-json"],
  ])("end with 3 and one line: %s --exec %j", async (what, command) => {
    const error = await failure(what, "--exec", command, "--timeout", "1s");
    expect(error.exitCode).toBe(ExitCode.Unreachable);
    expect(error.message).not.toContain("\n");
  });
});

interface Outcome {
  readonly code: ExitCode;
  readonly stdout: string;
}

async function run(...args: string[]): Promise<Outcome> {
  let stdout = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += text;
    return true;
  });
  try {
    return { code: await conform(args), stdout };
  } finally {
    write.mockRestore();
  }
}

async function failure(...args: string[]): Promise<CommandError> {
  try {
    await run(...args);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("nothing went wrong");
}

/** An echo with this fault. */
async function mutant(fault: string): Promise<string> {
  const server = await listenForHttp1((other) => other === fault);
  onTestFinished(() => server.close());
  return server.url.href;
}

async function webServer(answer: Parameters<typeof createServer>[1] & object): Promise<string> {
  return addressOf(createServer(answer));
}

async function tcpServer(greeting: string | undefined): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {}).on("data", () => {});
    if (greeting === undefined) socket.end();
    else socket.write(greeting);
  });
  return addressOf(server as unknown as Server);
}

async function addressOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
