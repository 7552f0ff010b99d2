/**
 * nginx as a proxy in front of `barewire echo`, set up for WebSocket as its documentation says
 * (nginx.org/en/docs/http/websocket.html). Its argument is the program.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startEcho } from "../../../src/cli/echo-server.ts";

const program = process.argv[2] ?? "nginx";
const folder = mkdtempSync(join(tmpdir(), "nginx-"));
const echo = await startEcho({ deflate: true });
const port = await freePort();
const configuration = join(folder, "nginx.conf");
for (const place of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) {
  mkdirSync(join(folder, place), { recursive: true });
}
writeFileSync(configuration, configure(new URL(echo.url).host));
const nginx = spawn(program, ["-e", "stderr", "-p", folder, "-c", configuration], {
  stdio: ["ignore", "ignore", "inherit"],
});
nginx.on("error", ({ message }) => {
  console.error(message);
  process.exit(1);
});
nginx.on("exit", () => process.exit(1));
process.on("exit", () => {
  nginx.kill();
  rmSync(folder, { recursive: true, force: true });
});
process.on("SIGTERM", () => process.exit());
while (!(await connects())) await setTimeout(20);
console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/echo`, pid: nginx.pid }));

/** One process, without rights of its own; all that it writes is in `folder`. */
function configure(upstream: string): string {
  return `
daemon off;
master_process off;
pid ${join(folder, "nginx.pid")};
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${join(folder, "body")};
  proxy_temp_path ${join(folder, "proxy")};
  fastcgi_temp_path ${join(folder, "fastcgi")};
  uwsgi_temp_path ${join(folder, "uwsgi")};
  scgi_temp_path ${join(folder, "scgi")};
  map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://${upstream};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }
  }
}
`;
}

/** nginx cannot choose one by itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

async function connects(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
