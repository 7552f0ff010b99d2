/** A client of the benchmarks: first it talks, to get to where it is to be; then it is a part of a load. */
import { LoadConnection, openInWaves } from "../websocket/load-connection.ts";
import { type Opening, sampleOpening } from "../websocket/openings.ts";
import { FrameReader } from "./frame-reader.ts";

/** What a server says, as far as it is looked at. */
export interface Heard {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Looks at a message where it lies. What it throws ends the connection. */
export type Listener = (octets: Buffer, start: number, end: number) => void;

/** Octets that one read brings at most. */
const READ_BUFFER = 256 * 1024;
const buffer = Buffer.allocUnsafe(READ_BUFFER);
/** How long an answer may fail to come, in milliseconds. */
const PATIENCE = 20_000;
const TEXT = 0x81;
/** Four octets, none of them 0: each does something. */
const KEY = [0x5a, 0x3c, 0x96, 0xe1] as const;

export interface MemberOptions {
  readonly port: number;
  /** Default that of the server's root. */
  readonly opening?: Opening | undefined;
}

export class Member {
  readonly opened: Promise<void>;
  /** Called once, when the connection fails. */
  failed: (error: Error) => void = () => {};
  readonly #connection: LoadConnection;
  readonly #reader = new FrameReader();
  readonly #heard: string[] = [];
  #listener: Listener | undefined;
  #awaited: { readonly type: string; readonly found: PromiseWithResolvers<Heard> } | undefined;
  #failure: Error | undefined;

  constructor({ port, opening = sampleOpening }: MemberOptions) {
    this.#connection = new LoadConnection({
      ...{ port, opening, buffer },
      received: (length) => {
        this.#reader.read(buffer, length, (octets, start, end) => {
          if (this.#listener !== undefined) this.#listener(octets, start, end);
          else this.#keep(octets.toString("utf8", start, end));
        });
      },
      failed: (error) => {
        this.#failure = error;
        this.#awaited?.found.reject(error);
        this.failed(error);
      },
    });
    this.opened = this.#connection.opened;
  }

  /** Opens so many at a time as a server has waiting. */
  static open(count: number, options: (index: number) => MemberOptions): Promise<readonly Member[]> {
    return openInWaves(count, (index) => new Member(options(index)));
  }

  say(message: object): void {
    this.write(frameOf(JSON.stringify(message)));
  }

  /** Writes frames as they are. */
  write(frames: Buffer): void {
    this.#connection.write(frames);
  }

  /** The next message of this type; what comes before it is dropped. @throws {Error} when an error comes first */
  async hear(type: string): Promise<Heard> {
    if (this.#failure !== undefined) throw this.#failure;
    const found = Promise.withResolvers<Heard>();
    const timer = setTimeout(() => found.reject(new Error(`the server does not say ${type}`)), PATIENCE);
    this.#awaited = { type, found };
    this.#look();
    return found.promise.finally(() => clearTimeout(timer));
  }

  /** From here on, messages are for the load. @throws {Error} when something was not listened to */
  listen(listener: Listener): void {
    if (this.#heard.length > 0) throw new Error(`nobody expected ${this.#heard[0]}`);
    this.#listener = listener;
  }

  close(): void {
    this.#connection.reset();
  }

  #keep(text: string): void {
    this.#heard.push(text);
    this.#look();
  }

  #look(): void {
    while (this.#awaited !== undefined && this.#heard.length > 0) {
      const { type, found } = this.#awaited;
      const text = this.#heard.shift()!;
      const isWanted = text.startsWith(`{"type":"${type}"`);
      if (!isWanted && !text.startsWith('{"type":"error"')) continue;
      this.#awaited = undefined;
      if (isWanted) found.resolve(JSON.parse(text) as Heard);
      else found.reject(new Error(`instead of ${type} came ${text}`));
    }
  }
}

/** A client's text message of up to 65,535 octets (RFC 6455 §5.2): made while it is said, and so without detours. */
export function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 6 : 8;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = TEXT;
  frame[1] = 0x80 | (length < 126 ? length : 126);
  if (length > 125) frame.writeUInt16BE(length, 2);
  frame.set(KEY, start - KEY.length);
  frame.write(text, start);
  for (let at = 0; at < length; at++) frame[start + at]! ^= KEY[at & 3]!;
  return frame;
}

/** Lets a member of our server enter a room. @returns its `joined`, and who it is by its `welcome` */
export async function enter(
  member: Member,
  room: string,
): Promise<{ readonly self: string; readonly user: string; readonly name: string; readonly joined: Heard }> {
  const { user, name } = (await member.hear("welcome")) as unknown as Record<"user" | "name", string>;
  member.say({ type: "join", room });
  const joined = await member.hear("joined");
  return { self: joined.self as string, user, name, joined };
}

/** Nothing is on its way to them any more. */
export async function settle(members: readonly Member[]): Promise<void> {
  for (const member of members) member.say({ type: "ping" });
  await Promise.all(members.map((member) => member.hear("pong")));
}
