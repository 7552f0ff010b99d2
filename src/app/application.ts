/**
 * The whole application, as `barewire serve` runs it: the server of `server.ts` with the pages and the signalling
 * of calls on it.
 */
import { fileURLToPath } from "node:url";
import type { OpenAuthOptions } from "../auth/index.ts";
import { Deadlines } from "../deadlines.ts";
import { pageHeaders, staticFiles } from "../http/index.ts";
import { type Log, silentLog } from "../log.ts";
import { SignallingServer, subprotocol } from "../signalling/index.ts";
import { broadcast, type Endpoint } from "../websocket/index.ts";
import { createServer, type Server, type ServerOptions } from "./server.ts";

/** Everything has a safe default. Ports and hosts are for {@link Server.listen}. */
export interface ApplicationOptions extends Omit<ServerOptions, "auth" | "routes" | "websocket"> {
  /** The folder of the accounts and the signing key; made if missing. Default `./data`. */
  readonly data?: string | undefined;
  /** Whatever else there is to say about logins. */
  readonly auth?: Omit<OpenAuthOptions, "data" | "log"> | undefined;
  readonly log?: Log | undefined;
}

/** The pages: beside the compiled code, and in `dist/` too when the sources are run as they are. */
const site: string = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/site" : "../site", import.meta.url),
);

/** What a call needs is small: session descriptions, candidates, chat. */
const maxMessageBytes = 64 * 1024;

/**
 * Opens the data and puts the application together.
 *
 * @throws {AuthError} `store/…` or `key/…` when the data cannot be used; its message says why and where
 */
export async function createApplication(options: ApplicationOptions = {}): Promise<Server> {
  const { data, origins, log = silentLog } = options;
  const signalling = new SignallingServer<Endpoint>({ log, deadlines: new Deadlines(), broadcast });
  const server = await createServer({
    ...options,
    auth: { contextWords: ["barewire"], ...options.auth, data },
    routes: (router) => {
      router.add(
        "GET",
        "/*",
        staticFiles(site, { index: "web/index.html", headers: pageHeaders(origins?.[0]) }),
      );
    },
    websocket: {
      subprotocols: [subprotocol],
      maxMessageBytes,
      connection: (socket, { accountId, username }) =>
        signalling.add(socket, { user: accountId, name: username }),
    },
  });
  return {
    get url() {
      return server.url;
    },
    auth: server.auth,
    sockets: server.sockets,
    listen: (at) => server.listen(at),
    stop: async (how) => {
      signalling.close();
      await server.stop(how);
    },
  };
}
