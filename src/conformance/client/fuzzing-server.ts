/** Answers what a client asks of a fuzzing server, and hands on the connections that belong to cases. */
import type { Case } from "../case.ts";
import type { OctetStream } from "../peer/octet-stream.ts";
import { Random } from "../random.ts";
import { Deviation, SetupFailed } from "../verdict.ts";
import { encodeHead, type Head } from "../wire/head.ts";
import type { Field } from "../wire/opening.ts";
import { WireLog } from "../wire/wire-log.ts";
import { CaseNumbers, caseInfo, type Numbered } from "./case-numbers.ts";
import { asksForWebSocket, part } from "./client-echo.ts";
import { ClientTrial } from "./client-trial.ts";
import { readWanted, type Wanted, type Which } from "./fuzzing-protocol.ts";
import { ListeningPort } from "./listening-port.ts";
import { pageFields, pageText } from "./page/page.ts";

/** Milliseconds without an octet, and pieces of octets, until a client that was answered is dropped. */
const LINGER = 2_000;
const MOST_READS = 16;

export interface FuzzingServerOptions<T> {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** In the order of their numbers. */
  readonly cases: readonly Case<T>[];
  /** Milliseconds for a client to take an answer and part. */
  readonly patience: number;
  /** Somebody asked for something. */
  readonly onVisit: () => void;
  /** A connection was closed. */
  readonly onChange: () => void;
  /** A connection for a case, or for the echo that comes before the cases. */
  readonly onCase: (item: Case<T> | undefined, stream: OctetStream) => void;
  /** Autobahn's word for what became of a case; may wait for it. */
  readonly behavior: (item: Case<T> | undefined) => Promise<string>;
  /** The client has nothing more to do. */
  readonly onEnd: () => void;
}

export class FuzzingServer<T> {
  readonly #options: FuzzingServerOptions<T>;
  readonly #numbers: CaseNumbers<T>;
  #port: ListeningPort | undefined;
  #agent: string | undefined;

  private constructor(options: FuzzingServerOptions<T>) {
    this.#options = options;
    this.#numbers = new CaseNumbers(options.cases);
  }

  /** @throws {TargetUnreachable} when nobody can be listened for there */
  static async open<T>(options: FuzzingServerOptions<T>): Promise<FuzzingServer<T>> {
    const server = new FuzzingServer(options);
    const { host, port, onChange } = options;
    server.#port = await ListeningPort.open({
      host,
      port,
      onClosed: onChange,
      onRequest: (head, stream) => void server.#receive(head, stream),
    });
    return server;
  }

  /** `127.0.0.1:9001` */
  get authority(): string {
    return this.#port?.authority ?? "";
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#port?.connections ?? 0;
  }

  /** What the client calls itself: the `agent` of the first case that it asked for. */
  get agent(): string | undefined {
    return this.#agent;
  }

  /** Ends all connections. */
  close(): void {
    this.#port?.close();
  }

  /** Accepts a connection, says `text` if there is one, and parts. */
  async answer(stream: OctetStream, text?: string): Promise<void> {
    const trial = new ClientTrial(
      { next: async () => stream, end: async () => {} },
      {
        log: new WireLog(() => 0),
        random: new Random(0),
        note: () => {},
        patience: this.#options.patience,
        signal: new AbortController().signal,
      },
    );
    try {
      const peer = await trial.open();
      if (text !== undefined) peer.text(text);
      await part(peer);
    } catch (error) {
      // It has gone, or is no WebSocket client: that was no case.
      if (!(error instanceof Deviation || error instanceof SetupFailed)) throw error;
    } finally {
      await trial.end();
    }
  }

  async #receive(head: Head, stream: OctetStream): Promise<void> {
    this.#options.onVisit();
    const wanted = readWanted(head.startLine);
    // Whether the request for a case is a good one is for the case to judge.
    if (wanted.kind === "case") return this.#runCase(wanted, stream);
    if (wanted.kind === "page" && !asksForWebSocket(head)) {
      return refuse(stream, "200 OK", { fields: pageFields, text: pageText });
    }
    if (wanted.kind === "page" || wanted.kind === "nothing we have") return refuse(stream, "404 Not Found");
    if (!asksForWebSocket(head)) return refuse(stream, "426 Upgrade Required");
    switch (wanted.kind) {
      case "case count":
        return this.answer(stream, `${this.#numbers.count}`);
      case "case info":
        return this.#tell(wanted.which, stream, async (numbered) => caseInfo(numbered));
      case "case status":
        return this.#tell(wanted.which, stream, async ({ item }) => ({
          behavior: await this.#options.behavior(item),
        }));
      case "end":
        this.#options.onEnd();
        return this.answer(stream);
    }
  }

  async #runCase({ which, agent }: Extract<Wanted, { kind: "case" }>, stream: OctetStream): Promise<void> {
    const numbered = this.#numbers.find(which);
    if (numbered === undefined) return refuse(stream, "404 Not Found");
    this.#agent ??= agent;
    // The verdicts of two clients in one report would be nobody's.
    if (agent !== undefined && agent !== this.#agent) return refuse(stream, "409 Conflict");
    this.#options.onCase(numbered.item, stream);
  }

  async #tell(
    which: Which,
    stream: OctetStream,
    answer: (numbered: Numbered<T>) => Promise<Readonly<Record<string, string>>>,
  ): Promise<void> {
    const numbered = this.#numbers.find(which);
    if (numbered === undefined) return refuse(stream, "404 Not Found");
    return this.answer(stream, JSON.stringify(await answer(numbered)));
  }
}

/** Answers in HTTP, and lets the connection go. */
async function refuse(
  stream: OctetStream,
  status: string,
  { fields = [], text = "" }: { fields?: readonly Field[]; text?: string } = {},
): Promise<void> {
  const length: Field = ["Content-Length", `${Buffer.byteLength(text)}`];
  const head = encodeHead(`HTTP/1.1 ${status}`, [...fields, length, ["Connection", "close"]]);
  stream.write(Buffer.concat([head, Buffer.from(text)]));
  stream.end();
  // A connection that is dropped with octets unread is reset, and may take the answer with it.
  for (let reads = 0; reads < MOST_READS && (await stream.read(LINGER)) instanceof Buffer; reads++);
  stream.destroy();
}
