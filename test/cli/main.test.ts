import { mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { WebSocket } from "../../src/websocket/index.ts";
import { barewire, barewireServe } from "./barewire.ts";

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "barewire-cli-"));
});
afterAll(() => rm(data, { recursive: true }));

describe("barewire", () => {
  it("prints its version", async () => {
    expect(await barewire(["--version"])).toEqual({
      code: 0,
      stdout: `${packageJson.version}\n`,
      stderr: "",
    });
  });

  it("prints its commands", async () => {
    const { code, stdout } = await barewire(["--help"]);
    expect(code).toBe(0);
    const commands = ["serve", "echo", "token sign", "token verify", "token decode"];
    const byHand = ["key generate", "key public", "key thumbprint"];
    for (const name of [...commands, ...byHand, "password hash", "password verify", "password tune"]) {
      expect(stdout).toContain(`  barewire ${name} `);
    }
  });

  it.each([[[]], [["sing"]]])("ends with 2 and one line for the command %j", async (args) => {
    const { code, stdout, stderr } = await barewire(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^barewire: [^\n]+\n$/);
  });
});

describe("barewire serve", () => {
  it("prints its options", async () => {
    const { code, stdout } = await barewire(["serve", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--token-lifetime");
  });

  it("ends with 2 and one line for a wrong value", async () => {
    const { code, stderr } = await barewire(["serve", "--port", "many"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^barewire: --port must be [^\n]+\n$/);
  });

  it("ends with 3 and says so when the port is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const { code, stderr } = await barewire([
      "serve",
      `--port=${port}`,
      "--host=127.0.0.1",
      `--data=${data}`,
    ]);
    other.close();
    expect(code).toBe(3);
    expect(stderr).toBe(
      `barewire: port ${port} on 127.0.0.1 is in use by another program; choose another with --port\n`,
    );
  });

  it("ends with 3 and says so when the port for STUN is chosen and in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const args = ["--port=0", "--host=127.0.0.1", `--data=${data}`, `--stun-port=${port}`];
    const { code, stderr } = await barewire(["serve", ...args]);
    other.close();
    expect(code).toBe(3);
    expect(stderr).toBe(
      `barewire: the STUN port ${port} on 127.0.0.1 is in use by another program; choose another with --stun-port, or none with --stun-port off\n`,
    );
  });

  it("starts where there is no Redis, and says what that means", async () => {
    // Port 1 is nobody's, and to be refused there takes no time.
    const redis = "--redis=redis://127.0.0.1:1";
    const args = ["--port=0", "--host=127.0.0.1", `--data=${data}`, "--stun-port=off", redis];
    const server = await barewireServe(args);
    const health = await fetch(`${server.url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: "degraded", rooms: "local" }]);
    server.signal("SIGTERM");
    const { code, stdout } = await server.finished;
    expect(code).toBe(0);
    expect(stdout).toContain('"event":"signalling.local"');
  });

  it("ends with 3 when the data folder is a file", async () => {
    const file = join(data, "file");
    await writeFile(file, "");
    const { code, stderr } = await barewire(["serve", "--port=0", `--data=${file}`]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^barewire: [^\n]+\n$/);
  });

  it("ends with 3 when the data folder leads in a circle", async () => {
    const circle = join(data, "circle");
    await symlink(circle, circle);
    const { code, stderr } = await barewire(["serve", "--port=0", `--data=${join(circle, "data")}`]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^barewire: [^\n]+\n$/);
  });

  it("ends with 3 when the database is none", async () => {
    const folder = await mkdtemp(join(data, "broken-"));
    await writeFile(
      join(folder, "barewire.db"),
      "this is not a database, however long one looks at it".repeat(99),
    );
    const { code, stderr } = await barewire(["serve", "--port=0", `--data=${folder}`]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^barewire: [^\n]*barewire\.db[^\n]*\n$/);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "closes its sockets with 1001 and ends with 0 on %s",
    async (signal) => {
      const server = await barewireServe(["--port=0", "--host=127.0.0.1", `--data=${data}`]);
      const credentials = JSON.stringify({ username: `user-${signal}`, password: "a long enough password" });
      const post = (path: string): Promise<Response> =>
        fetch(`${server.url}${path}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: credentials,
        });
      expect((await post("/auth/register")).status).toBe(201);
      const { access_token: token } = (await (await post("/auth/token")).json()) as { access_token: string };
      const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, "barewire.signal.v1", {
        headers: { Authorization: `Bearer ${token}` },
      });
      await new Promise<void>((resolve) => socket.addEventListener("open", () => resolve()));
      const closed = new Promise<number>((resolve) =>
        socket.addEventListener("close", ({ code }) => resolve(code)),
      );
      server.signal(signal);
      expect(await closed).toBe(1001);
      const { code, stdout, stderr } = await server.finished;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      // Every line of the log is one object, and none holds a secret.
      for (const line of stdout.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("event");
      expect(stdout).not.toContain(token);
      expect(stdout).not.toContain("a long enough password");
    },
  );

  it("keeps what it stores from other users of the machine", async () => {
    const folder = join(data, "private");
    const server = await barewireServe(["--port=0", "--host=127.0.0.1", `--data=${folder}`]);
    const files = await readdir(folder);
    expect(files).toContain("signing-key.json");
    expect((await stat(join(folder, "signing-key.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    server.signal("SIGTERM");
    expect((await server.finished).code).toBe(0);
  });
});
