/** The clients that take part, each by its script in `examples/conformance-clients/`, started anew for every case. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { findBun } from "../../bench/harness/bun.ts";
import { version } from "../../src/cli/version.ts";
import { clientCases, ExecClientTarget } from "../../src/conformance/index.ts";
import { packageVersion, pythonModuleVersion } from "./installed.ts";
import type { LeftOut, Peer } from "./peer.ts";
import { PATIENCE, quoted, started } from "./started.ts";

/** Cases at a time: each starts a process, which takes a core for itself. */
const CONCURRENCY = 3;

/** @param modules the folder in whose `node_modules` the packages are that are none of ours */
export function clients(modules: string): readonly (Peer | LeftOut)[] {
  return [barewireClient(), ws(), node(), bun(modules), websockets()];
}

/** Our own. */
export function barewireClient(): Peer {
  const setup = "with `perMessageDeflate`, 16 MiB a message";
  return client({ name: "barewire", version: version(), setup, command: bundled });
}

/** Our client in one file, of the sources as they are: to load them one by one takes most of a case's time. */
function bundled(folder: string): string {
  const outfile = join(folder, "barewire.mjs");
  buildSync({
    entryPoints: [path("barewire.mjs")],
    alias: { "barewire/websocket": fileURLToPath(new URL("../../src/websocket/index.ts", import.meta.url)) },
    ...{ bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" },
  });
  return inNode(quoted(outfile));
}

function ws(): Peer {
  const found = packageVersion("ws", process.cwd())!;
  return client({ name: "ws", version: found, setup: "defaults", command: inNode(script("ws.mjs")) });
}

function node(): Peer {
  const { node: found, undici } = process.versions;
  const setup = `its global \`WebSocket\` (undici ${undici})`;
  return client({ name: "Node", version: found, setup, command: inNode(script("node.mjs")) });
}

function bun(modules: string): Peer | LeftOut {
  const found = findBun(process.env, join(modules, "node_modules", ".bin"));
  if (found === undefined) return { role: "client", name: "Bun", missing: "npm install --no-save bun" };
  const command = `${quoted(found.path)} ${script("node.mjs")}`;
  return client({ name: "Bun", version: found.version, setup: "its global `WebSocket`", command });
}

function websockets(): Peer | LeftOut {
  const name = "websockets";
  const found = pythonModuleVersion(name);
  if (found === undefined) return { role: "client", name, missing: "pip install websockets" };
  const setup = "its `asyncio` client, 16 MiB a message";
  return client({ name, version: found, setup, command: `python3 ${script("echo_client.py")}` });
}

interface ClientCommand extends Pick<Peer, "name" | "version" | "setup"> {
  /** The command without the URL; or what makes it, in a folder for what it needs. */
  readonly command: string | ((folder: string) => string);
}

function client({ command, ...peer }: ClientCommand): Peer {
  return {
    ...peer,
    role: "client",
    start: async () => {
      const { name } = peer;
      const cache = mkdtempSync(join(tmpdir(), "conformance-"));
      const target = new ExecClientTarget({
        name,
        patience: PATIENCE,
        // Node compiles what it runs once, and not for every case.
        command: `NODE_COMPILE_CACHE=${quoted(cache)} exec ${typeof command === "string" ? command : command(cache)} {url}`,
      });
      return started({
        peer: { name, role: "client" },
        cases: clientCases,
        target,
        concurrency: CONCURRENCY,
        stop: async () => rmSync(cache, { recursive: true, force: true }),
      });
    },
  };
}

function inNode(args: string): string {
  return `${quoted(process.execPath)} ${args}`;
}

function script(name: string): string {
  return quoted(path(name));
}

function path(name: string): string {
  return fileURLToPath(new URL(`../../examples/conformance-clients/${name}`, import.meta.url));
}
