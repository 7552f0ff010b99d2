/** RFC 7692 §6, §7: what permessage-deflate means for one end of a connection, once it is agreed on. */
import { MessageDeflater, MessageInflater } from "./deflate.ts";
import type { DeflateParameters } from "./permessage-deflate.ts";
import { type CompleteDeflateOptions, deflateDefaults } from "./permessage-deflate-options.ts";

/** zlib cannot deflate for a window of 8 bits safely. */
const SMALLEST_WINDOW = 9;

/** Both directions of one connection. Neither holds anything before its first message. */
export class Compression {
  readonly threshold: number;
  readonly #options: CompleteDeflateOptions;
  readonly #maxBytes: number;
  readonly #out: { readonly windowBits: number; readonly contextTakeover: boolean };
  readonly #in: { readonly windowBits: number; readonly contextTakeover: boolean };
  #deflater: MessageDeflater | undefined;
  #inflater: MessageInflater | undefined;

  /** @param options `maxMessageBytes`: the longest message, inflated */
  constructor(
    role: "client" | "server",
    agreed: DeflateParameters,
    options: {
      readonly perMessageDeflate: CompleteDeflateOptions | undefined;
      readonly maxMessageBytes: number;
    },
  ) {
    const server = {
      windowBits: agreed.serverMaxWindowBits,
      contextTakeover: !agreed.serverNoContextTakeover,
    };
    const client = {
      windowBits: agreed.clientMaxWindowBits,
      contextTakeover: !agreed.clientNoContextTakeover,
    };
    this.#out = role === "server" ? server : client;
    this.#in = role === "server" ? client : server;
    this.#options = options.perMessageDeflate ?? deflateDefaults;
    this.#maxBytes = options.maxMessageBytes;
    // RFC 7692 §6: compressing is a choice message by message, so never to do it is allowed.
    this.threshold =
      this.#out.windowBits < SMALLEST_WINDOW ? Number.POSITIVE_INFINITY : this.#options.threshold;
  }

  /** Whether we compress each message without regard to those before it. */
  get independent(): boolean {
    return !this.#out.contextTakeover;
  }

  get windowBits(): number {
    return this.#out.windowBits;
  }

  get level(): number {
    return this.#options.level;
  }

  get deflater(): MessageDeflater {
    this.#deflater ??= new MessageDeflater({ ...this.#out, level: this.#options.level });
    return this.#deflater;
  }

  get inflater(): MessageInflater {
    const limits = { maxBytes: this.#maxBytes, maxRatio: this.#options.maxInflateRatio };
    this.#inflater ??= new MessageInflater({ ...this.#in, ...limits });
    return this.#inflater;
  }
}
