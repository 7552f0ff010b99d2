/** One case against a client: its request read, and answered as a server does, correctly or as the case says. */
import { Connection } from "../peer/connection.ts";
import { deflateAnswer, deflateCodecs } from "../peer/deflate-agreement.ts";
import type { OctetStream } from "../peer/octet-stream.ts";
import { Peer } from "../peer/peer.ts";
import type { DeflateWish, Trial } from "../peer/trial.ts";
import type { Random } from "../random.ts";
import type { CaseContext } from "../run/target.ts";
import { Deviation, type Finding, NotApplicable, SetupFailed } from "../verdict.ts";
import type { Head } from "../wire/head.ts";
import { openingResponse, type ResponseChange } from "../wire/opening.ts";

/** Brings the client under test here. */
export interface ClientWays {
  /** What the client was told to connect to, where that is known. */
  readonly url?: URL | undefined;
  /**
   * The client's next connection for this case; starts the client where that is ours to do.
   *
   * @throws {SetupFailed} when none comes, with the reason
   */
  next(): Promise<OctetStream>;
  /** Waits until the client has nothing more to do with this case, or ends it. */
  end(): Promise<void>;
}

/** A client's request, still to be answered. */
export interface ClientOpening {
  readonly connection: Connection;
  readonly request: Head;
}

export class ClientTrial implements Trial {
  readonly role = "client";
  readonly overHttp2 = false;
  readonly context: CaseContext;
  readonly #ways: ClientWays;
  readonly #connections: Connection[] = [];

  constructor(ways: ClientWays, context: CaseContext) {
    this.#ways = ways;
    this.context = context;
  }

  /** What the client was told to connect to, where that is known. */
  get url(): URL | undefined {
    return this.#ways.url;
  }

  get random(): Random {
    return this.context.random;
  }

  get patience(): number {
    return this.context.patience;
  }

  note(finding: Finding): void {
    this.context.note(finding);
  }

  /** The client's next connection and its opening request. A case that calls it twice says `connections: 2`. */
  async request(): Promise<ClientOpening> {
    const stream = await this.#ways.next();
    const number = this.#connections.length + 1;
    const connection = new Connection(stream, { log: this.context.log, number, patience: this.patience });
    this.context.log.event(number, "the client connected");
    this.#connections.push(connection);
    const request = await connection.readHead("an opening request").catch((error: unknown) => {
      if (!(error instanceof Deviation)) throw error;
      throw new SetupFailed(`the client connected, and of a request came ${error.came}`);
    });
    if (request === undefined) throw new SetupFailed("the client ended the connection without a request");
    return { connection, request };
  }

  async open(): Promise<Peer> {
    return this.accept(await this.request());
  }

  async openDeflate(...wishes: readonly DeflateWish[]): Promise<Peer> {
    const opening = await this.request();
    const offers = opening.request.value("Sec-WebSocket-Extensions") ?? "";
    const answer = deflateAnswer(offers, ...wishes);
    if (answer === undefined) {
      this.#leave(opening);
      throw new NotApplicable("the client does not offer permessage-deflate with what this case needs");
    }
    return this.accept(opening, { fields: { "Sec-WebSocket-Extensions": answer } });
  }

  /** Accepts the request, correctly but for `change`. */
  accept({ connection, request }: ClientOpening, change: ResponseChange = {}): Peer {
    const { startLine, fields } = openingResponse(request, change);
    connection.sendHead(startLine, fields);
    const extensions = fields.filter(([name]) => name.toLowerCase() === "sec-websocket-extensions");
    return this.peer(connection, extensions.map(([, value]) => value).join(", "));
  }

  /** The peer at the other end of a connection that was accepted with these extensions. */
  peer(connection: Connection, extensions: string): Peer {
    return new Peer(connection, {
      role: "client",
      random: this.random,
      note: this.context.note,
      extensions,
      deflate: deflateCodecs("client", extensions),
    });
  }

  /** Leaves no connection behind, and no client. */
  async end(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await this.#ways.end();
  }

  /** Lets a client go that has nothing to do in this case, so that it does not take it for a fault. */
  #leave({ connection, request }: ClientOpening): void {
    const { startLine, fields } = openingResponse(request);
    connection.sendHead(startLine, fields);
    connection.send(Buffer.from([0x88, 0x02, 0x03, 0xe8]), "Close 1000, 2 octets");
    connection.end();
  }
}
