/**
 * A STUN client: asks a server once which address it sees (RFC 8489 §6). It performs what `client-transaction.ts`
 * decides.
 */
import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { canonicalAddress } from "../addresses.ts";
import type { TransportAddress } from "./address.ts";
import { type BindingRequestOptions, encodeBindingRequest } from "./binding-request.ts";
import { type Channel, type ChannelOptions, openChannel } from "./client-channel.ts";
import {
  type BindingAnswer,
  ClientTransaction,
  checkRedirection,
  type TransactionEffect,
} from "./client-transaction.ts";
import { StunError } from "./errors.ts";
import { TRANSACTION_ID_SIZE } from "./message.ts";
import { type RetransmissionOptions, type Schedule, scheduleOf } from "./retransmission.ts";

/** Whom to ask, and how; only the host has no default. */
export interface StunBindingOptions extends BindingRequestOptions, RetransmissionOptions {
  /** A name, of which the first address is taken, or an IP address. */
  readonly host: string;
  /** 3478 by default (RFC 8489 §18.6). */
  readonly port?: number | undefined;
  /** `"udp"` by default. */
  readonly transport?: "udp" | "tcp" | undefined;
  /** Which of a name's addresses are looked at; both kinds by default. */
  readonly family?: 4 | 6 | undefined;
  /** Where to ask from; the system chooses by default. */
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Ends it early, with `stun/aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link stunBinding} found out. */
export interface StunBinding extends BindingAnswer {
  /** Our end of the socket, which is closed by now. The same as `mapped`: no NAT is between. */
  readonly local: TransportAddress;
  /** Who answered: not who was asked, after a redirection. */
  readonly server: TransportAddress;
}

/**
 * Asks a STUN server for our address.
 *
 * @throws {StunError} when there is no answer, or none that counts
 * @throws {TypeError} and {RangeError} on options that cannot be
 */
export async function stunBinding(options: StunBindingOptions): Promise<StunBinding> {
  const schedule = scheduleOf(options.transport ?? "udp", options);
  const asked: TransportAddress[] = [];
  let server = await resolve(options);
  for (;;) {
    const effect = await ask(options, server, schedule);
    if (effect.type === "succeeded") return { ...effect.answer, local: effect.local, server };
    asked.push(server);
    checkRedirection(asked, effect.server);
    server = effect.server;
  }
}

async function resolve(options: StunBindingOptions): Promise<TransportAddress> {
  const { host, port = 3478, family = 0, signal } = options;
  if (!Number.isInteger(port) || port < 1 || port > 0xffff) throw new RangeError(`${port} is no port`);
  if (signal?.aborted) throw aborted(signal);
  if (canonicalAddress(host) !== undefined) return { address: host, port };
  try {
    return { address: (await lookup(host, { family })).address, port };
  } catch (cause) {
    throw new StunError("stun/unreachable", "the STUN server's name does not resolve", { cause });
  }
}

/** How an exchange ends when it does not fail. */
type Ending =
  | { readonly type: "redirected"; readonly server: TransportAddress }
  | { readonly type: "succeeded"; readonly answer: BindingAnswer; readonly local: TransportAddress };

/** One transaction on a socket of its own, with the one timer that it needs. */
class Exchange {
  readonly #transaction: ClientTransaction;
  readonly #channel: Channel;
  readonly #signal: AbortSignal | undefined;
  readonly #fulfil: (ending: Ending) => void;
  readonly #reject: (error: StunError) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { transaction, channel: channelOptions, signal }: ExchangeOptions,
    fulfil: (ending: Ending) => void,
    reject: (error: StunError) => void,
  ) {
    this.#transaction = transaction;
    this.#signal = signal;
    this.#fulfil = fulfil;
    this.#reject = reject;
    signal?.addEventListener("abort", this.#abort);
    this.#channel = openChannel(channelOptions, {
      open: () => this.#perform(transaction.start(performance.now())),
      message: (bytes, source) => this.#perform(transaction.receive(bytes, source, performance.now())),
      failed: (error) => this.#fail(error),
    });
  }

  readonly #abort = (): void => this.#fail(aborted(this.#signal));

  #perform(effects: readonly TransactionEffect[]): void {
    for (const effect of effects) this.#performOne(effect);
    clearTimeout(this.#timer);
    const { nextTimeout } = this.#transaction;
    if (nextTimeout === Number.POSITIVE_INFINITY) return;
    const wait = Math.max(0, Math.ceil(nextTimeout - performance.now()));
    this.#timer = setTimeout(() => this.#perform(this.#transaction.handleTimeout(performance.now())), wait);
  }

  #performOne(effect: TransactionEffect): void {
    switch (effect.type) {
      case "transmit":
        this.#channel.send(effect.bytes);
        break;
      case "failed":
        this.#fail(effect.error);
        break;
      case "redirected":
        this.#end();
        this.#fulfil(effect);
        break;
      case "succeeded": {
        const local = this.#channel.local() ?? effect.answer.mapped;
        this.#end();
        this.#fulfil({ ...effect, local });
      }
    }
  }

  #fail(error: StunError): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#channel.close();
  }
}

interface ExchangeOptions {
  readonly transaction: ClientTransaction;
  readonly channel: ChannelOptions;
  readonly signal: AbortSignal | undefined;
}

function ask(options: StunBindingOptions, server: TransportAddress, schedule: Schedule): Promise<Ending> {
  const { transport = "udp", credentials, signal, localAddress, localPort } = options;
  // RFC 8489 §5: "MUST be uniformly and randomly chosen from the interval 0 .. 2**96-1 and MUST be cryptographically
  // random." Another server is another transaction.
  const request = encodeBindingRequest(randomBytes(TRANSACTION_ID_SIZE), options);
  const transaction = new ClientTransaction({ request, server, transport, credentials, schedule });
  const channel = { transport, server, localAddress, localPort };
  return new Promise((fulfil, reject) => new Exchange({ transaction, channel, signal }, fulfil, reject));
}

function aborted(signal: AbortSignal | undefined): StunError {
  return new StunError("stun/aborted", "the request was aborted", { cause: signal?.reason });
}
