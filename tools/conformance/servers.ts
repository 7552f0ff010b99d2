/** The servers that take part, and what each is set up with. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBun } from "../../bench/harness/bun.ts";
import { version } from "../../src/cli/version.ts";
import { ServerTarget, serverCases } from "../../src/conformance/index.ts";
import { findNginx, packageVersion, pythonModuleVersion } from "./installed.ts";
import type { LeftOut, Peer } from "./peer.ts";
import { PeerProcess } from "./peer-process.ts";
import { PATIENCE, started } from "./started.ts";

/** @param modules the folder in whose `node_modules` the packages are that are none of ours */
export function servers(modules: string): readonly (Peer | LeftOut)[] {
  return [barewireServer(), ws(), bun(modules), websocketDriver(modules), websockets(), nginx()];
}

/** Our own. */
export function barewireServer(): Peer {
  const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
  const options = ["--deflate", "--port", "0", "--http2-port", "0"];
  const setup = "`barewire echo --deflate --http2-port 0`";
  return server("barewire", version(), setup, () =>
    PeerProcess.start(process.execPath, [main, "echo", ...options, "--json"]),
  );
}

function ws(): Peer {
  const setup = "`perMessageDeflate: { threshold: 0 }`, 16 MiB a message";
  return server("ws", packageVersion("ws", process.cwd())!, setup, () =>
    PeerProcess.start(process.execPath, [script("ws.ts")]),
  );
}

function bun(modules: string): Peer | LeftOut {
  const found = findBun(process.env, join(modules, "node_modules", ".bin"));
  if (found === undefined) return { role: "server", name: "Bun", missing: "npm install --no-save bun" };
  const setup = "`perMessageDeflate: true`, 16 MiB a message and in its buffer";
  return server("Bun", found.version, setup, () => PeerProcess.start(found.path, [script("bun.ts")]));
}

function websocketDriver(modules: string): Peer | LeftOut {
  const name = "websocket-driver";
  const found = packageVersion(name, modules);
  const deflate = packageVersion("permessage-deflate", modules);
  if (found === undefined) {
    return { role: "server", name, missing: "npm install --no-save websocket-driver permessage-deflate" };
  }
  const extension = deflate === undefined ? "" : `, \`permessage-deflate\` ${deflate}`;
  return server(name, found, `on \`node:http\`${extension}, 16 MiB a message`, () =>
    PeerProcess.start(process.execPath, [script("websocket-driver.ts"), modules]),
  );
}

function websockets(): Peer | LeftOut {
  const name = "websockets";
  const found = pythonModuleVersion(name);
  if (found === undefined) return { role: "server", name, missing: "pip install websockets" };
  return server(name, found, "its `asyncio` server, 16 MiB a message", () =>
    PeerProcess.start("python3", [script("python-websockets.py")]),
  );
}

function nginx(): Peer | LeftOut {
  const found = findNginx();
  if (found === undefined) return { role: "server", name: "nginx", missing: "apt-get install nginx-light" };
  const setup = "a proxy in front of `barewire echo --deflate`, as its documentation of WebSocket has it";
  return server("nginx", found.version, setup, () =>
    PeerProcess.start(process.execPath, [script("nginx.ts"), found.path]),
  );
}

function script(name: string): string {
  return fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
}

function server(name: string, version: string, setup: string, begin: () => Promise<PeerProcess>): Peer {
  const peer = { role: "server", name, version, setup } as const;
  return {
    ...peer,
    start: async () => {
      const process = await begin();
      const { url, http2Url } = process.address;
      const target = new ServerTarget({
        name,
        url: new URL(url),
        ...(http2Url === undefined ? {} : { http2Url: new URL(http2Url) }),
        pid: process.pid,
        patience: PATIENCE,
      });
      return started({ peer, cases: serverCases, target, stop: () => process.stop() });
    },
  };
}
