/** The receiver of ws, version 8, with its permessage-deflate: what it makes of a stream. */
import { createRequire } from "node:module";
import type { Writable } from "node:stream";
import type { DeflateParameters } from "../../src/websocket/deflate/permessage-deflate.ts";

export interface WsRules {
  /** Who reads the stream. */
  readonly role: "client" | "server";
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
  readonly deflate: DeflateParameters | undefined;
}

export interface WsReading {
  /** `text`, `binary`, `ping` or `pong`, and the octets in hex. */
  readonly events: readonly string[];
  /** The code with which it refuses the stream. */
  readonly refusal: number | undefined;
  /** The code of the Close frame, 1005 for none. */
  readonly closeCode: number | undefined;
}

interface Receiver extends Writable {
  on(event: string, listener: (...values: never[]) => void): this;
}
interface PerMessageDeflate {
  accept(offers: readonly Record<string, readonly (string | true)[]>[]): unknown;
  cleanup(): void;
}

const require = createRequire(import.meta.url);
// Inside of the package: it is what nobody imports but ws itself.
const directory = require.resolve("ws/package.json").replace(/package\.json$/, "lib/");
const WsReceiver = require(`${directory}receiver.js`) as new (options: object) => Receiver;
const WsDeflate = require(`${directory}permessage-deflate.js`) as new (options: object) => PerMessageDeflate;

/** Lets ws read a stream that comes in pieces. */
export function readByWs(pieces: Iterable<Buffer>, rules: WsRules): Promise<WsReading> {
  const isServer = rules.role === "server";
  const maxPayload = Math.min(rules.maxMessageBytes, 2 ** 31 - 1);
  const deflate = rules.deflate && new WsDeflate({ isServer, maxPayload });
  deflate?.accept([parametersOf(rules.deflate!)]);
  const extensions = deflate === undefined ? {} : { "permessage-deflate": deflate };
  const receiver = new WsReceiver({ isServer, maxPayload, maxFragments: rules.maxFragments, extensions });
  const events: string[] = [];
  let closeCode: number | undefined;
  return new Promise((resolve) => {
    const settle = (refusal: number | undefined): void => {
      receiver.removeAllListeners();
      receiver.on("error", () => {});
      deflate?.cleanup();
      resolve({ events, refusal, closeCode });
    };
    receiver.on("message", (data: Buffer, isBinary: boolean) => {
      events.push(`${isBinary ? "binary" : "text"} ${data.toString("hex")}`);
    });
    receiver.on("ping", (data: Buffer) => void events.push(`ping ${data.toString("hex")}`));
    receiver.on("pong", (data: Buffer) => void events.push(`pong ${data.toString("hex")}`));
    receiver.on("conclude", (code: number) => {
      closeCode = code;
      settle(undefined);
    });
    receiver.on("error", (error: object) => settle(statusOf(error)));
    receiver.on("finish", () => settle(undefined));
    const rest = pieces[Symbol.iterator]();
    // One after the other: when an error comes between two that wait, ws 8.23 reads on and throws.
    const writeNext = (): void => {
      const { done, value } = rest.next();
      if (done === true) receiver.end();
      else receiver.write(Buffer.from(value), (error) => error ?? (closeCode === undefined && writeNext()));
    };
    writeNext();
  });
}

function parametersOf(agreed: DeflateParameters): Record<string, readonly (string | true)[]> {
  const { serverNoContextTakeover, clientNoContextTakeover } = agreed;
  return {
    ...(serverNoContextTakeover && { server_no_context_takeover: [true] }),
    ...(clientNoContextTakeover && { client_no_context_takeover: [true] }),
    server_max_window_bits: [String(agreed.serverMaxWindowBits)],
    client_max_window_bits: [String(agreed.clientMaxWindowBits)],
  };
}

function statusOf(error: object): number {
  const [status] = Object.getOwnPropertySymbols(error);
  const code = status && (error as Record<symbol, unknown>)[status];
  if (typeof code !== "number") throw new Error("ws failed for no reason of the peer's", { cause: error });
  return code;
}
