/** Clients of this process as a target: for each connection that a case asks for, one is made anew. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Case } from "../../../src/conformance/case.ts";
import { ClientTrial, type ClientWays } from "../../../src/conformance/client/client-trial.ts";
import { OctetStream } from "../../../src/conformance/peer/octet-stream.ts";
import type { CaseContext, Target } from "../../../src/conformance/run/target.ts";

/** Connects to the URL and echoes; returns what ends it. */
export type EchoClient = (url: string) => () => void;

export class InProcessClient implements Target<ClientTrial> {
  readonly role = "client";
  readonly description = { address: "a client of this process" };
  readonly #client: EchoClient;

  constructor(client: EchoClient) {
    this.#client = client;
  }

  async probe(): Promise<number> {
    return 0;
  }

  async alive(): Promise<boolean> {
    return true;
  }

  begin(_: Case<ClientTrial>, context: CaseContext): ClientTrial {
    return new ClientTrial(new Ways(this.#client), context);
  }

  async end(trial: ClientTrial): Promise<void> {
    await trial.end();
  }

  async close(): Promise<void> {}
}

class Ways implements ClientWays {
  readonly #client: EchoClient;
  readonly #ends: (() => void)[] = [];
  #server: Server | undefined;
  #wanted = false;
  url: URL | undefined;

  constructor(client: EchoClient) {
    this.#client = client;
  }

  async next(): Promise<OctetStream> {
    this.#server ??= await this.#listening();
    const { port } = this.#server.address() as AddressInfo;
    this.url = new URL(`ws://127.0.0.1:${port}/a/path?and=a%20query`);
    const connected = once(this.#server, "connection") as Promise<[Socket]>;
    this.#ends.push(this.#client(this.url.href));
    this.#wanted = true;
    const [socket] = await connected;
    return new OctetStream(socket);
  }

  async end(): Promise<void> {
    for (const end of this.#ends) end();
    this.#server?.close();
  }

  async #listening(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.on("connection", (socket: Socket) => {
      // Who follows a redirect finds nobody.
      if (!this.#wanted) socket.destroy();
      this.#wanted = false;
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  }
}
