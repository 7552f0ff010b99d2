/** Our client asks a real coturn, and coturn's client asks our server. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StunServer, stunBinding } from "../../src/stun/index.ts";

const run = promisify(execFile);
let folder: string;
let coturn: ChildProcess;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "coturn-"));
  port = await freePort();
  coturn = spawn("turnserver", [
    ...["-n", "--listening-ip=127.0.0.1", "--listening-ip=::1", `--listening-port=${port}`],
    ...["--no-tls", "--no-dtls", "--no-cli", "--no-auth", "--fingerprint"],
    ...["--log-file=stdout", "--simple-log", `--userdb=${folder}/db`, `--pidfile=${folder}/pid`],
  ]);
  await listening(coturn);
});

afterAll(async () => {
  const gone = coturn.exitCode === null && coturn.signalCode === null ? once(coturn, "exit") : undefined;
  coturn.kill("SIGKILL");
  await gone;
  await rm(folder, { recursive: true, force: true });
});

/** A port that is free for UDP and TCP. */
async function freePort(): Promise<number> {
  const server = new StunServer();
  const address = await server.listen({ port: 0 });
  await server.close();
  return address.port;
}

/** Asks over TCP until there is an answer, or the process ends. */
async function listening(child: ChildProcess): Promise<void> {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += String(chunk);
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`turnserver ended with ${code}:\n${output}`);
  });
  failed.catch(() => {});
  const answers = async (): Promise<void> => {
    while (child.exitCode === null) {
      const asked = stunBinding({ host: "::1", port, transport: "tcp" });
      if (await asked.catch(() => undefined)) return;
    }
  };
  await Promise.race([answers(), failed]);
}

describe("RFC 8489 §6 our client at coturn", () => {
  it.each([
    ["udp", "127.0.0.1"],
    ["udp", "::1"],
    ["tcp", "127.0.0.1"],
    ["tcp", "::1"],
  ] as const)("is told over %s by %s where it is", async (transport, host) => {
    for (const fingerprint of [false, true]) {
      const { mapped, local, software } = await stunBinding({
        host,
        port,
        transport,
        fingerprint,
        software: "Barewire",
      });
      expect(mapped).toEqual(local);
      expect(software).toMatch(/coturn/i);
    }
  });

  it("believes no answer that was not made with its password", async () => {
    // coturn wants no credentials for Binding, and answers without any.
    const credentials = { username: "anna", password: "secret" };
    const asked = stunBinding({ host: "127.0.0.1", port, credentials, rto: 500, rc: 1, rm: 1 });
    await expect(asked).rejects.toMatchObject({ code: "stun/integrity" });
  });
});

describe("RFC 8489 §6.3 coturn's client at our server", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
  ])("is told by %s where it is", async (host, address) => {
    await using server = new StunServer();
    const listened = await server.listen({ port: 0 });
    const { stdout, stderr } = await run("turnutils_stunclient", ["-p", String(listened.port), host]);
    expect(stdout + stderr).toMatch(new RegExp(`UDP reflexive addr: \\[?${address}\\]?:\\d+`));
    expect(server.counts).toMatchObject({ answered: 1, refused: 0 });
  });
});
