/** The routes of logins behind a server, and somebody who asks there. */
import { expect } from "vitest";
import { type AuthRoutesOptions, authRoutes, healthRoutes, Router } from "../../src/http/index.ts";
import { ann, newWorld, type World } from "./auth-world.ts";
import { type LogLine, type Served, serve } from "./wire.ts";

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly session: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly refresh_expires_in: number;
}

export type Fields = Readonly<Record<string, string>>;

/** The secret of the one resource server there is, whose id is `files`. */
export const filesSecret: string = "s".repeat(43);

export class AuthClient {
  readonly world: World;
  readonly served: Served;
  /** What the routes logged. */
  readonly lines: readonly LogLine[];

  private constructor(world: World, served: Served, lines: readonly LogLine[]) {
    this.world = world;
    this.served = served;
    this.lines = lines;
  }

  /** A server with ann's account in it, until the test ends. */
  static async open(
    options: Partial<AuthRoutesOptions> = {},
    change: (world: World) => Partial<AuthRoutesOptions["auth"]> = () => ({}),
  ): Promise<AuthClient> {
    const world = await newWorld();
    await world.enrol(ann.username);
    return AuthClient.over(world, { ...options, auth: { ...world, ...change(world) } });
  }

  static async over(world: World, options: Partial<AuthRoutesOptions> = {}): Promise<AuthClient> {
    const lines: LogLine[] = [];
    const resourceServers = [{ id: "files", secret: filesSecret }];
    const router = new Router();
    const at =
      (level: "debug" | "info" | "warn" | "error") =>
      (event: string, fields = {}): void => {
        lines.push({ level, event, fields });
      };
    const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
    authRoutes(healthRoutes(router), { auth: world, resourceServers, log, ...options });
    const served = await serve(router.handle);
    return new AuthClient(world, served, lines);
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.served.origin}${path}`, init);
  }

  post(path: string, content?: unknown, headers: Fields = {}): Promise<Response> {
    if (content === undefined) return this.ask(path, { method: "POST", headers });
    const body = JSON.stringify(content);
    return this.ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  }

  form(path: string, members: Fields, headers: Fields = {}): Promise<Response> {
    return this.ask(path, { method: "POST", headers, body: new URLSearchParams(members) });
  }

  /** Logs ann in as a program, and gives what it got. */
  async login(more: Readonly<Record<string, unknown>> = {}): Promise<Tokens> {
    const response = await this.post("/auth/token", { ...ann, ...more });
    expect(response.status).toBe(200);
    return (await response.json()) as Tokens;
  }

  /** What our own page says of itself. */
  get ourPage(): Fields {
    return { origin: this.served.origin, "sec-fetch-site": "same-origin" };
  }

  /** Logs ann in as our own page. */
  async pageLogin(): Promise<{ readonly cookie: string }> {
    return { cookie: cookiesOf(await this.post("/auth/token", ann, this.ourPage)) };
  }
}

export function bearer(token: string): Fields {
  return { authorization: `Bearer ${token}` };
}

/** What a browser would send after `response`. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0]!)
    .join("; ");
}

/** The status and the code of a problem. */
export async function problemOf(response: Response): Promise<unknown> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const body = (await response.json()) as { status: number; code: string };
  expect(body.status).toBe(response.status);
  return [response.status, body.code];
}

/** The fields that take both cookies away. */
export const cleared: readonly string[] = [
  "__Host-barewire_access=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax",
  "__Secure-barewire_refresh=; Max-Age=0; Path=/auth; Secure; HttpOnly; SameSite=Strict",
];
