import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeServeOptions } from "../../src/cli/serve-options.ts";

const readme = readFileSync("README.md", "utf8");
const samples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? "");

describe("the README", () => {
  it("shows the two commands in its first screen", () => {
    const screen = readme.split("\n").slice(0, 24).join("\n");
    expect(screen).toContain("npm ci && npm start");
    expect(screen).toContain("npm ci && npm test");
  });

  it("lists every option of barewire serve with its variable and its default", () => {
    // What the absence of a value means, where there is no value to name.
    const unsaid = new Map([
      ["origin", "its own"],
      ["pepper-file", "none"],
      ["trusted-proxy", "none"],
      ["metrics-token-file", "closed"],
      ["resource-server-secret-file", "nobody"],
      ["admin", "nobody"],
      ["redis", "none"],
      ["stun-host", "as reached"],
      ["turn-url", "none"],
      ["turn-secret-file", "none"],
    ]);
    const options = describeServeOptions()
      .split("\n")
      .map((line) => [
        /--([\w-]+)/.exec(line)?.[1],
        /\[(\w+)\]/.exec(line)?.[1],
        /\(default ([^)]+)\)/.exec(line)?.[1] ?? unsaid.get(/--([\w-]+)/.exec(line)?.[1] ?? ""),
      ]);
    const rows = [...readme.matchAll(/^\| `--([\w-]+)` \| `(\w+)` \| `?([^|`]+?)`? \|/gm)].map(
      ([, ...cells]) => cells,
    );
    expect(rows).toEqual(options);
  });

  it.each(["README.md", "ARCHITECTURE.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"])(
    "and its companions link only to files that exist: %s",
    (page) => {
      const targets = [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
        ([, target]) => target ?? "",
      );
      expect(targets.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
    },
  );
});

describe("the samples of the README", { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "readme-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are four, of about ten lines each", () => {
    const lengths = samples.map(
      (code) => code.split("\n").filter((line) => !/^(import.*)?$/.test(line)).length,
    );
    expect(lengths).toHaveLength(4);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(15);
  });

  it("are right in strict TypeScript", () => {
    samples.forEach((code, at) => {
      writeFileSync(join(folder, `sample-${at}.mts`), code);
    });
    const compilerOptions = {
      paths: { barewire: [resolve("src/index.ts")], "barewire/*": [resolve("src/*/index.ts")] },
      typeRoots: [resolve("node_modules/@types")],
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: resolve("tsconfig.json"), compilerOptions, include: ["sample-*.mts"] }),
    );
    const tsc = resolve("node_modules/typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  it("sign a token and verify it", async () => {
    expect(await run(0, "")).toBe("alice\n");
  });

  it("serve people with accounts", async () => {
    const output = await run(
      1,
      `const headers = { "content-type": "application/json" };
       const body = JSON.stringify({ username: "ada", password: "correct horse battery staple" });
       for (const path of ["register", "token"]) {
         const answer = await fetch(server.url + "/auth/" + path, { method: "POST", headers, body });
         headers.authorization = "Bearer " + (await answer.json()).access_token;
       }
       console.log((await fetch(server.url + "/hello")).status);
       console.log(await (await fetch(server.url + "/hello", { headers })).json());
       const socket = new globalThis.WebSocket(server.url.replace("http", "ws") + "/ws", { headers });
       socket.onopen = () => socket.send("tea?");
       socket.onmessage = async ({ data }) => {
         console.log(data);
         await fetch(server.url + "/auth/logout", { method: "POST", headers });
       };
       socket.onclose = ({ code }) => { console.log(code); server.stop(); };`,
    );
    expect(output).toBe("401\n{ hello: 'ada' }\nada: tea?\n4401\n");
  });

  it("serve WebSockets", async () => {
    // From here on the sample's own server is talked to by a client that is not ours.
    const output = await run(
      2,
      `const client = new globalThis.WebSocket("ws://127.0.0.1:" + server.address.port);
       client.onopen = () => client.send("hello");
       client.onmessage = ({ data }) => { console.log(data); client.close(3000, "enough"); };
       client.onclose = () => server.close();`,
    );
    expect(output).toBe("127.0.0.1 is here\nhello\ngone 3000 enough\n");
  });

  it("bring rooms to a server that has requests of its own", async () => {
    const output = await run(
      3,
      `await new Promise((done) => app.once("listening", done));
       const { port } = app.address();
       console.log((await (await fetch("http://127.0.0.1:" + port)).text()).trim());
       const connect = (headers) => new globalThis.WebSocket("ws://127.0.0.1:" + port + "/rooms", { protocols: [subprotocol], headers });
       await new Promise((done) => { connect({}).onerror = () => { console.log("refused"); done(); }; });
       const client = connect({ cookie: "user=ada" });
       client.onmessage = ({ data }) => {
         const { type, user, room } = JSON.parse(data);
         console.log(type, user ?? room);
         if (type === "welcome") client.send(JSON.stringify({ type: "join", room: "tea", id: 1 }));
         else process.exit();
       };`,
    );
    expect(output).toBe("your application, as it was\nrefused\nwelcome ada\njoined tea\n");
  });

  /** Runs a sample, on a free port, and then the `epilogue`; gives back all that was printed. */
  async function run(at: number, epilogue: string): Promise<string> {
    const code = (samples[at] ?? "")
      .replaceAll(/"barewire(\/[\w/]+)?"/g, (_, entry = "") =>
        JSON.stringify(pathToFileURL(resolve(`src${entry}/index.ts`))),
      )
      .replace(/port: \d+/, `port: 0, host: "127.0.0.1"`)
      .replace("https://chat.example", "http://127.0.0.1")
      .replace(/listen\(\d+\)/, `listen(0, "127.0.0.1")`);
    const file = join(folder, `run-${at}.mts`);
    writeFileSync(file, `${code}\n${epilogue}\n`);
    const child = spawn(process.execPath, [file], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    await new Promise((done) => child.once("close", done));
    return output;
  }
});
