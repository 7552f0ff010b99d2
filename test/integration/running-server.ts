/** The whole application in this process, on a free port of 127.0.0.1, with data in a folder that is removed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApplicationOptions, createApplication, type Server } from "../../src/app/index.ts";
import { jsonLog } from "../../src/log.ts";

export interface RunningServer {
  readonly url: string;
  /** `ws://…/ws` */
  readonly socketUrl: string;
  readonly data: string;
  /** Every log line so far. */
  readonly log: readonly string[];
  stop(): Promise<void>;
  /** Stops it and starts it anew on the same port with the same data. */
  restart(): Promise<void>;
  /** Registers a user and logs them in; returns the access token. */
  login(username: string): Promise<string>;
}

export const PASSWORD = "correct horse battery staple";

export async function runServer(options: ApplicationOptions = {}): Promise<RunningServer> {
  const data = await mkdtemp(join(tmpdir(), "barewire-test-"));
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line), "debug", Date.now);
  const start = async (port: number): Promise<Server> => {
    const server = await createApplication({
      data,
      log,
      // Every test comes from one address.
      rateLimits: false,
      ...options,
      auth: { passwords: { cost: { ln: 4, r: 8, p: 1 } }, ...options.auth },
    });
    await server.listen({ port, host: "127.0.0.1" });
    return server;
  };
  let server = await start(0);
  const { url } = server;
  return {
    url,
    socketUrl: `${url.replace("http", "ws")}/ws`,
    data,
    log: lines,
    stop: async () => {
      await server.stop();
      await rm(data, { recursive: true });
    },
    restart: async () => {
      await server.stop();
      server = await start(Number(new URL(url).port));
    },
    login: (username) => login(url, username),
  };
}

async function login(url: string, username: string): Promise<string> {
  const credentials = JSON.stringify({ username, password: PASSWORD });
  const headers = { "Content-Type": "application/json" };
  const registered = await fetch(`${url}/auth/register`, { method: "POST", headers, body: credentials });
  if (registered.status !== 201) throw new Error(`register: ${registered.status} ${await registered.text()}`);
  const answer = await fetch(`${url}/auth/token`, { method: "POST", headers, body: credentials });
  if (answer.status !== 200) throw new Error(`token: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
