/**
 * The whole application, as `barewire serve` runs it: the server of `server.ts` with the pages, the signalling of calls,
 * and a STUN server beside it.
 *
 *     Server ── sockets ──▶ SignallingServer ──▶ bus ──▶ other processes
 *        └──── /rooms ─────────▲    │ who finds whom by what: StunPort, TURN
 */
import { fileURLToPath } from "node:url";
import type { OpenAuthOptions, Session } from "../auth/index.ts";
import { Deadlines } from "../deadlines.ts";
import { type HealthReport, type MayGrant, pageHeaders, staticFiles } from "../http/index.ts";
import { type Log, silentLog } from "../log.ts";
import {
  type Access,
  type Bus,
  type HubOptions,
  type Identity,
  SignallingServer,
  subprotocol,
} from "../signalling/index.ts";
import { broadcast, type Endpoint } from "../websocket/index.ts";
import { iceServersFor, nameOfHost, type TurnOptions } from "./ice-servers.ts";
import { roomsPortOf } from "./rooms-port.ts";
import { createServer, type Server } from "./server.ts";
import type { ServerOptions } from "./server-options.ts";
import { shareSessionEnds } from "./shared-ends.ts";
import { signallingMetrics, stunMetrics } from "./signalling-metrics.ts";
import { type StunOptions, StunPort } from "./stun-port.ts";

/** Everything has a safe default. Ports and hosts are for {@link Server.listen}. */
export interface ApplicationOptions
  extends Omit<ServerOptions, "auth" | "routes" | "websocket" | "rooms" | "health" | "figures"> {
  /** The folder of the accounts and the signing key; made if missing. Default `./data`. */
  readonly data?: string | undefined;
  /** Whatever else there is to say about logins. */
  readonly auth?: Omit<OpenAuthOptions, "data" | "log"> | undefined;
  /** `open`, the default: every account may enter any room. `granted`: only who shows a token of that room. */
  readonly access?: Access | undefined;
  /** What else there is to say about rooms: bounds, budgets, addresses of private networks. Its defaults are safe. */
  readonly hub?: Omit<HubOptions, "access" | "process" | "iceServers"> | undefined;
  /** Who may have a room token without administering rooms; by default nobody. */
  readonly mayGrant?: MayGrant | undefined;
  /** What lies between this process and others with the same data, started and closed here; by default there are none. */
  readonly bus?: Bus | undefined;
  /** A STUN server on the host that HTTP listens on; by default none. */
  readonly stun?: StunOptions | undefined;
  /** TURN servers to hand out; by default none. */
  readonly turn?: TurnOptions | undefined;
  readonly log?: Log | undefined;
}

/** The pages: beside the compiled code, and in `dist/` too when the sources are run as they are. */
const site: string = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/site" : "../site", import.meta.url),
);

/** What a call needs is small: session descriptions, candidates, chat. */
const maxMessageBytes = 64 * 1024;

/**
 * Opens the data and puts the application together. Whether what is behind `bus` can be reached does not matter: without
 * it rooms are this process's own, until it is there.
 *
 * @throws {AuthError} `store/…` or `key/…` when the data cannot be used; its message says why and where
 * @throws {TypeError | RangeError} for options that are invalid
 * @throws what `bus` throws when it can never start
 */
export async function createApplication(options: ApplicationOptions = {}): Promise<Server> {
  const { access, hub, bus, turn, log = silentLog } = options;
  const stun = options.stun && new StunPort(options.stun, log);
  const deadlines = new Deadlines();
  const signalling = new SignallingServer<Endpoint>({
    ...{ bus, log, deadlines, broadcast },
    hub: { ...hub, access },
    iceServers: iceServersFor({ stun: () => stun?.place, turn, now: Date.now }),
  });
  try {
    const server = await createServer(serverOptions(options, { signalling, stun }));
    const { sessions } = server.auth;
    const stopSharing = shareSessionEnds({ sessions, signalling, deadlines, log });
    const application = new Application({ server, signalling, stun, stopSharing });
    await signalling.start().catch(async (error) => {
      await application.stop({ deadline: 0 });
      throw error;
    });
    return application;
  } catch (error) {
    await signalling.close();
    throw error;
  }
}

/** What an application is made of. */
interface Parts {
  readonly server: Server;
  readonly signalling: SignallingServer<Endpoint>;
  readonly stun: StunPort | undefined;
  readonly stopSharing: () => void;
}

class Application implements Server {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get url(): string {
    return this.#parts.server.url;
  }

  get auth(): Server["auth"] {
    return this.#parts.server.auth;
  }

  get sockets(): Server["sockets"] {
    return this.#parts.server.sockets;
  }

  async listen(at: Parameters<Server["listen"]>[0]): Promise<void> {
    const { server, stun } = this.#parts;
    await server.listen(at);
    await stun?.listen(at.host);
  }

  async stop(how?: Parameters<Server["stop"]>[0]): Promise<void> {
    const { server, signalling, stun, stopSharing } = this.#parts;
    stopSharing();
    // Signalling first: whose socket it closes may come back to another process, and is lost until then, not gone.
    await Promise.all([signalling.close(), stun?.close(), server.stop(how)]);
  }
}

function serverOptions(
  options: ApplicationOptions,
  { signalling, stun }: Pick<Parts, "signalling" | "stun">,
): ServerOptions {
  const { data, origins, mayGrant, bus } = options;
  /** By which name each socket has reached us. */
  const hosts = new WeakMap<Endpoint, string>();
  return {
    ...options,
    auth: { contextWords: ["barewire"], ...options.auth, data },
    routes: (router) => {
      const headers = pageHeaders(origins?.[0]);
      router.add("GET", "/*", staticFiles(site, { index: "web/index.html", headers }));
    },
    rooms: { port: roomsPortOf(signalling), mayGrant },
    health: () => (bus === undefined ? { status: "ok" } : healthOf(signalling.shared)),
    figures: (metrics) => {
      signallingMetrics(metrics, signalling, bus !== undefined);
      if (stun !== undefined) stunMetrics(metrics, () => stun.counts);
    },
    websocket: {
      subprotocols: [subprotocol],
      maxMessageBytes,
      roomTokens: true,
      connection: (socket, session, request) => {
        const host = nameOfHost(request.header("host"));
        if (host !== undefined) hosts.set(socket, host);
        signalling.add(socket, identityOf(session, host));
      },
      renewed: (socket, session) => signalling.renew(socket, identityOf(session, hosts.get(socket))),
      ended: (socket) => signalling.remove(socket),
    },
  };
}

function identityOf({ accountId, username, grant }: Session, host: string | undefined): Identity {
  return { user: accountId, name: username, grant, host };
}

function healthOf(shared: boolean): HealthReport {
  return shared ? { status: "ok", rooms: "shared" } : { status: "degraded", rooms: "local" };
}
