/** The commands and the server of docs/auth.md, run as they stand but for the port. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApplication, type Server } from "../../src/app/index.ts";
import { openAuth } from "../../src/auth/index.ts";

const page = "docs/auth.md";
const text = readFileSync(page, "utf8");
const commands = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code!);
const metricsToken = "a-token-for-the-metrics";
/** Stands between the output of one block and the next. */
const MARK = "=== end of a block ===";

describe("the commands of docs/auth.md", () => {
  let server: Server;
  let folder: string;
  let outputs: readonly string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "auth-guide-"));
    server = await createApplication({
      data: join(folder, "data"),
      auth: { passwords: { cost: { ln: 4, r: 8, p: 1 } } },
    });
    await server.listen({ port: 0, host: "localhost" });
    const script = commands
      .map(
        (code) => `${code.replace("http://localhost:8080", `http://localhost:${new URL(server.url).port}`)}`,
      )
      .join(`\necho "${MARK}"\n`);
    outputs = (await run("bash", ["-c", script], folder)).split(`${MARK}\n`);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(commands.map((code, at) => [code.split("\n")[0]!, at] as const))(
    "say what the page says: %s",
    (_, at) => {
      const expected = [...commands[at]!.matchAll(/^#> (.*)$/gm)].map(([, line]) => line!);
      expect(outputs[at]!.trimEnd().split("\n")).toEqual(expected.map((line) => matching(line)));
    },
  );
});

describe("the metrics of docs/auth.md", () => {
  it("are there for whoever has the token", async () => {
    const server = await createApplication({
      auth: { store: "memory", passwords: { cost: { ln: 4, r: 8, p: 1 } } },
      metrics: metricsToken,
    });
    await server.listen({ port: 0, host: "localhost" });
    const headers = { authorization: `Bearer ${metricsToken}` };
    const answer = await (await fetch(`${server.url}/metrics`, { headers })).text();
    await server.stop();
    const names = [...text.matchAll(/^\| `(barewire_\w+)(?:\{[^`]*)?` \|/gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((name) => !answer.includes(`# TYPE ${name} `))).toEqual([]);
  });
});

describe("the server of docs/auth.md", () => {
  const sample = /^```ts\n(.*?)^```$/ms.exec(text)![1]!;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "auth-server-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("takes fifteen lines at most", () => {
    expect(sample.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
  });

  it("lets in who is logged in, to its routes and its sockets, until the login ends", async () => {
    const file = join(folder, "server.mts");
    const code = sample
      .replaceAll(/"barewire(\/\w+)?"/g, (_, entry = "") =>
        JSON.stringify(pathToFileURL(resolve(`src${entry}/index.ts`))),
      )
      .replace("createServer({", `createServer({ auth: { store: "memory", passwords: { cost: ${cheap} } },`)
      .replace("port: 8080", `port: 0, host: "127.0.0.1"`);
    writeFileSync(file, `${code}\n${visit}`);
    expect(await run(process.execPath, [file], folder)).toBe("401 ada hello, ada 4401\n");
  });
});

/** The cost of a hash in tests. */
const cheap = "{ ln: 4, r: 8, p: 1 }";

/** What somebody does who comes to the server. */
const visit = `
const at = (path, more = {}) => fetch(server.url + path, more);
const content = { method: "POST", headers: { "content-type": "application/json" } };
const body = JSON.stringify({ username: "ada", password: "four words of mine" });
const { status } = await at("/api/greeting");
await at("/auth/register", { ...content, body });
const { access_token } = await (await at("/auth/token", { ...content, body })).json();
const headers = { authorization: "Bearer " + access_token };
const { username } = await (await at("/api/greeting", { headers })).json();
const socket = new WebSocket(server.url.replace("http", "ws") + "/ws", { headers });
const greeting = await new Promise((done) => { socket.onmessage = ({ data }) => done(data); });
const closed = new Promise((done) => { socket.onclose = ({ code }) => done(code); });
await at("/auth/logout", { method: "POST", headers });
console.log(status, username, greeting, await closed);
process.exit();
`;

describe("a signing key that is removed, as docs/auth.md says", () => {
  it("voids all access tokens and leaves the refresh tokens good", async () => {
    const folder = mkdtempSync(join(tmpdir(), "auth-key-"));
    const data = join(folder, "data");
    const place = { device: "", address: "127.0.0.1" };
    const first = await openAuth({ data, passwords: { cost: { ln: 4, r: 8, p: 1 } } });
    const issued = await first.sessions.open(
      await first.accounts.register("ada", "four words of mine"),
      place,
    );
    await first.close();
    rmSync(join(data, "signing-key.json"));

    const second = await openAuth({ data, passwords: { cost: { ln: 4, r: 8, p: 1 } } });
    expect(() => second.sessions.authenticate(issued.accessToken)).toThrow("not valid here");
    const { accessToken } = await second.sessions.refresh(issued.refreshToken, place);
    expect(second.sessions.authenticate(accessToken)).toMatchObject({ username: "ada" });
    await second.close();
    rmSync(folder, { recursive: true });
  });
});

/** A line in which `…` stands for anything. */
function matching(line: string): unknown {
  const pattern = line.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", ".+");
  return expect.stringMatching(new RegExp(`^${pattern}$`));
}

/** All that a program prints. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const child = spawn(program, args, { cwd, env: { ...process.env, PATH }, timeout: 15_000 });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  await new Promise((done) => child.once("close", done));
  return output;
}
