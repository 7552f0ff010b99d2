/** One case against a server: connections as a client makes them, correctly or as the case says. */
import { Connection } from "../peer/connection.ts";
import { deflateCodecs, deflateOffer, judgeDeflateResponse } from "../peer/deflate-agreement.ts";
import type { OctetStream } from "../peer/octet-stream.ts";
import { Peer } from "../peer/peer.ts";
import type { DeflateWish, Trial } from "../peer/trial.ts";
import type { Random } from "../random.ts";
import type { CaseContext, Waiting } from "../run/target.ts";
import { Deviation, type Finding, NotApplicable, SetupFailed } from "../verdict.ts";
import type { Head } from "../wire/head.ts";
import { acceptFor, openingRequest, type RequestChange } from "../wire/opening.ts";

/** A stream on which an extended CONNECT was accepted, and what the response says. */
export interface Http2Opening {
  readonly stream: OctetStream;
  readonly extensions: string;
  readonly subprotocol: string | undefined;
}

/** The ways to the server. */
export interface Ways {
  readonly url: URL;
  /** A connection to it, TCP or TLS. @throws {SetupFailed} */
  dial(waiting: Waiting): Promise<OctetStream>;
  /**
   * A stream of HTTP/2 on a connection of its own (RFC 8441 §4), with the response's fields.
   *
   * @throws {NotApplicable} when the server does not offer WebSocket over HTTP/2
   * @throws {SetupFailed} when it refuses
   */
  dialHttp2(fields: Readonly<Record<string, string>>, waiting: Waiting): Promise<Http2Opening>;
  /**
   * A connection that is to speak HTTP/2, with nothing sent on it yet.
   *
   * @throws {NotApplicable} when the server chooses another protocol
   * @throws {SetupFailed}
   */
  dialForHttp2(waiting: Waiting): Promise<{ stream: OctetStream; url: URL }>;
  /** Octets of memory that the server's process occupies, where it is known. */
  memory(): number | undefined;
}

/** A request that was sent and what came of it. */
export interface Handshake {
  readonly connection: Connection;
  /** The Sec-WebSocket-Key that was sent, unless the case sent another. */
  readonly key: string;
  /** `undefined` when the server ended the connection without an answer. */
  readonly response: Head | undefined;
}

export class ServerTrial implements Trial {
  readonly role = "server";
  readonly overHttp2: boolean;
  readonly context: CaseContext;
  readonly #ways: Ways;
  readonly #connections: Connection[] = [];
  #over = false;

  constructor(ways: Ways, context: CaseContext, overHttp2: boolean) {
    this.#ways = ways;
    this.context = context;
    this.overHttp2 = overHttp2;
  }

  get url(): URL {
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

  /** A connection on which nothing was sent yet. */
  async dial(): Promise<Connection> {
    return this.#connection(await this.#ways.dial(this.context));
  }

  /** A connection for HTTP/2 on which nothing was sent yet, and the URL that is asked for on it. */
  async dialForHttp2(): Promise<{ connection: Connection; url: URL }> {
    const { stream, url } = await this.#ways.dialForHttp2(this.context);
    return { connection: this.#connection(stream), url };
  }

  /** Sends an opening request, correct but for `change`, and waits for the head of the answer. */
  async request(change: RequestChange = {}): Promise<Handshake> {
    const connection = await this.dial();
    const key = this.random.octets(16).toString("base64");
    const { startLine, fields } = openingRequest({ url: this.url, key }, change);
    connection.sendHead(startLine, fields);
    return { connection, key, response: await connection.readHead("an answer to the opening handshake") };
  }

  async open(): Promise<Peer> {
    return this.openWith();
  }

  async openDeflate(...wishes: readonly DeflateWish[]): Promise<Peer> {
    const peer = await this.openOffering(deflateOffer(...wishes));
    if (peer.inflater === undefined)
      throw new NotApplicable("the server declines this offer of permessage-deflate");
    return peer;
  }

  /**
   * A connection on which these extensions were offered. What the server answers about permessage-deflate is held
   * against the offers; without an `inflater` it declined.
   *
   * @throws {Deviation} when it answers what they do not allow
   */
  async openOffering(offers: string): Promise<Peer> {
    const peer = await this.openWith({ fields: { "Sec-WebSocket-Extensions": offers } });
    judgeDeflateResponse(offers, peer.extensions);
    return peer;
  }

  /** As {@link open}, with a request that departs from the plain one but has to be accepted. */
  async openWith(change: RequestChange = {}): Promise<Peer> {
    if (this.overHttp2) return this.#openHttp2(change.fields ?? {});
    const { connection, key, response } = await this.request(change).catch((error: unknown) => {
      if (!(error instanceof Deviation)) throw error;
      throw new SetupFailed(`the opening handshake failed: ${error.came}`);
    });
    if (response?.status !== 101 || response.value("Sec-WebSocket-Accept") !== acceptFor(key)) {
      throw new SetupFailed(`the opening handshake failed: ${response?.startLine ?? "the connection ended"}`);
    }
    return this.peer(connection, response.value("Sec-WebSocket-Extensions") ?? "");
  }

  /** The peer at the other end of a connection that was opened with these extensions in the response. */
  peer(connection: Connection, extensions: string): Peer {
    return new Peer(connection, {
      role: "server",
      random: this.random,
      note: this.context.note,
      extensions,
      deflate: deflateCodecs("server", extensions),
    });
  }

  /** Octets of memory that the server's process occupies, where it is known. */
  memory(): number | undefined {
    return this.#ways.memory();
  }

  /** The subprotocol that the server chooses where an extended CONNECT has these fields. */
  async subprotocolOverHttp2(fields: Readonly<Record<string, string>>): Promise<string | undefined> {
    const { stream, subprotocol } = await this.#ways.dialHttp2(fields, this.context);
    this.#connection(stream);
    return subprotocol;
  }

  /** Leaves no connection behind, nor one that a case makes which was given up. */
  end(): void {
    this.#over = true;
    for (const connection of this.#connections) connection.destroy();
  }

  async #openHttp2(fields: Readonly<Record<string, string | undefined>>): Promise<Peer> {
    const sent = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    );
    const { stream, extensions } = await this.#ways.dialHttp2(
      Object.fromEntries(sent) as Record<string, string>,
      this.context,
    );
    return this.peer(this.#connection(stream), extensions);
  }

  #connection(stream: OctetStream): Connection {
    if (this.#over) {
      stream.destroy();
      throw new SetupFailed("the case is over");
    }
    const number = this.#connections.length + 1;
    const connection = new Connection(stream, { log: this.context.log, number, patience: this.patience });
    this.context.log.event(number, "connected");
    this.#connections.push(connection);
    return connection;
  }
}
