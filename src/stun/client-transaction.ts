/**
 * RFC 8489 §6.2, §6.3.3, §6.3.4, §9.1.4 and §10: one Binding transaction as its client sees it, without sockets: what
 * comes in and the time give effects, to be performed in order.
 *
 *     start ─▶ waiting ──receive: an answer that counts──▶ succeeded, redirected or failed
 *               │   ▲
 *               └───┘ handleTimeout: transmit again, or at last: failed
 */
import { canonicalAddress } from "../addresses.ts";
import { equalBytes } from "../bytes.ts";
import { decodeMappedAddress, decodeXorMappedAddress, type TransportAddress } from "./address.ts";
import { AttributeType, notUnderstood } from "./attributes.ts";
import type { ShortTermCredentials } from "./binding-request.ts";
import { shortTermKey } from "./credentials.ts";
import { decodeErrorCode, decodeUnknownAttributes } from "./error-code.ts";
import { StunError } from "./errors.ts";
import { checkFingerprint } from "./fingerprint.ts";
import { checkIntegrity, checkIntegritySha256 } from "./integrity.ts";
import { MessageClass, Method, parseMessage, StunMessage, TRANSACTION_ID_AT } from "./message.ts";
import { Retransmission, type Schedule } from "./retransmission.ts";
import { decodeText } from "./text.ts";

/** What an answer told. */
export interface BindingAnswer {
  /** Our transport address as the server sees it: on the outermost NAT, if there is one between. */
  readonly mapped: TransportAddress;
  /** SOFTWARE, if the server tells. */
  readonly software: string | undefined;
  /** Requests that were sent. */
  readonly requests: number;
  /** Milliseconds from request to answer; undefined when more than one was sent: nobody knows which was answered (RFC 8489 §6.2.1). */
  readonly roundTrip: number | undefined;
}

/** What the caller is to do. After one of the last three the transaction is over. */
export type TransactionEffect =
  | { readonly type: "transmit"; readonly bytes: Uint8Array }
  | { readonly type: "succeeded"; readonly answer: BindingAnswer }
  | { readonly type: "redirected"; readonly server: TransportAddress }
  | { readonly type: "failed"; readonly error: StunError };

/** What a {@link ClientTransaction} is about. */
export interface TransactionOptions {
  /** What `encodeBindingRequest` made. */
  readonly request: Uint8Array;
  readonly server: TransportAddress;
  readonly transport: "udp" | "tcp";
  /** Those that the request was made with. */
  readonly credentials?: ShortTermCredentials | undefined;
  readonly schedule: Schedule;
}

/** Answers are compared with this; ones that do not fit are not for us, and as if they had never come. */
export class ClientTransaction {
  readonly #options: TransactionOptions;
  readonly #key: Uint8Array | undefined;
  readonly #retransmission: Retransmission;
  #startedAt = 0;
  #over = false;
  /** An answer was discarded because it was not made with our password. */
  #violated = false;
  /** What the last one of those said, if it was an error. */
  #doubtfulStatus: number | undefined;

  constructor(options: TransactionOptions) {
    this.#options = options;
    this.#key = options.credentials && shortTermKey(options.credentials.password);
    this.#retransmission = new Retransmission(options.schedule);
  }

  /** When {@link handleTimeout} is due; Infinity before the start and after the end. */
  get nextTimeout(): number {
    return this.#over ? Number.POSITIVE_INFINITY : this.#retransmission.nextTimeout;
  }

  start(now: number): readonly TransactionEffect[] {
    this.#startedAt = now;
    this.#retransmission.start(now);
    return [{ type: "transmit", bytes: this.#options.request }];
  }

  handleTimeout(now: number): readonly TransactionEffect[] {
    if (now < this.nextTimeout) return [];
    if (this.#retransmission.handleTimeout(now) === "send") {
      return [{ type: "transmit", bytes: this.#options.request }];
    }
    // RFC 8489 §9.1.4: "If all the responses received are discarded, then instead of signaling a timeout after ending the
    // transaction, the layer MUST signal that the integrity protection was violated."
    if (this.#violated) return this.#fail(this.#integrityError());
    return this.#fail(new StunError("stun/timeout", "the STUN server did not answer"));
  }

  /** @param bytes a datagram, or a message of the stream; @param source where it came from */
  receive(bytes: Uint8Array, source: TransportAddress, now: number): readonly TransactionEffect[] {
    if (this.#over || !isSame(source, this.#options.server)) return [];
    const message = parseMessage(bytes);
    if (!(message instanceof StunMessage) || !this.#isOurs(message)) return [];
    if (!this.#isAuthentic(message)) return this.#discard(message);
    // RFC 8489 §6.3.3: "If the success response contains unknown comprehension-required attributes, the response is
    // discarded and the transaction is considered to have failed." RFC 8489 §6.3.4 has it so for errors.
    if (notUnderstood(message.types).length > 0) {
      return this.#invalid("attributes that must be understood, and are not");
    }
    return message.class === MessageClass.SuccessResponse
      ? this.#succeed(message, now)
      : this.#refused(message);
  }

  /** RFC 8489 §6.3: "the agent checks that the transaction ID matches a transaction that is still in progress." */
  #isOurs(message: StunMessage): boolean {
    const { request } = this.#options;
    return (
      (message.class === MessageClass.SuccessResponse || message.class === MessageClass.ErrorResponse) &&
      message.method === Method.Binding &&
      equalBytes(message.transactionId, request.subarray(TRANSACTION_ID_AT, TRANSACTION_ID_AT + 12)) &&
      (message.fingerprintAt === 0 || checkFingerprint(message))
    );
  }

  #isAuthentic(message: StunMessage): boolean {
    if (this.#key === undefined) return true;
    const sent = this.#options.credentials?.integrity ?? "both";
    const withSha256 = message.integritySha256At > 0;
    // RFC 8489 §9.1.4: "if the client only sent one of the MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 attributes in the
    // request …, the algorithm in the response has to match; otherwise, the response MUST be discarded."
    if (sent !== "both" && withSha256 !== (sent === "sha256")) return false;
    return withSha256 ? checkIntegritySha256(message, this.#key) : checkIntegrity(message, this.#key);
  }

  /** RFC 8489 §9.1.4: "the processing depends on whether the request was sent over a reliable or an unreliable transport." */
  #discard(message: StunMessage): readonly TransactionEffect[] {
    const code = message.value(AttributeType.ErrorCode);
    this.#violated = true;
    this.#doubtfulStatus = code && decodeErrorCode(code)?.code;
    // "If the request was sent over a reliable transport, the response MUST be discarded, and the layer MUST immediately
    // end the transaction and signal that the integrity protection was violated."
    return this.#options.transport === "tcp" ? this.#fail(this.#integrityError()) : [];
  }

  #integrityError(): StunError {
    const message = "the answer was not made with our password";
    return new StunError("stun/integrity", message, { status: this.#doubtfulStatus });
  }

  #succeed(message: StunMessage, now: number): readonly TransactionEffect[] {
    const value = message.value(AttributeType.XorMappedAddress);
    // RFC 8489 §6.3.3: "the client checks that the XOR-MAPPED-ADDRESS attribute is present in the response."
    const mapped = value && decodeXorMappedAddress(value, message.transactionId);
    if (mapped === undefined) return this.#invalid("no XOR-MAPPED-ADDRESS");
    const software = message.value(AttributeType.Software);
    const requests = this.#retransmission.sent;
    const answer = {
      mapped,
      software: software && decodeText(software),
      requests,
      roundTrip: requests === 1 ? now - this.#startedAt : undefined,
    };
    this.#over = true;
    return [{ type: "succeeded", answer }];
  }

  #refused(message: StunMessage): readonly TransactionEffect[] {
    const value = message.value(AttributeType.ErrorCode);
    const status = value && decodeErrorCode(value)?.code;
    if (status === undefined) return this.#invalid("an error without ERROR-CODE");
    const alternate = message.value(AttributeType.AlternateServer);
    const server = alternate && decodeMappedAddress(alternate);
    // RFC 8489 §14.8: "receivers MUST validate the MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 of this response before
    // redirecting themselves to an alternate server." Without credentials nothing was validated.
    if (status === 300 && server !== undefined && this.#key !== undefined) {
      this.#over = true;
      return [{ type: "redirected", server }];
    }
    const unknown = message.value(AttributeType.UnknownAttributes);
    const unknownAttributes = unknown && decodeUnknownAttributes(unknown);
    const text = `the STUN server refused the request (${status})`;
    return this.#fail(new StunError("stun/refused", text, { status, unknownAttributes }));
  }

  #invalid(what: string): readonly TransactionEffect[] {
    return this.#fail(new StunError("stun/invalid-response", `the STUN server's answer has ${what}`));
  }

  #fail(error: StunError): readonly TransactionEffect[] {
    this.#over = true;
    return [{ type: "failed", error }];
  }
}

/**
 * Whether a server may be asked after those that were asked already. RFC 8489 §10: "If the client has been redirected to
 * a server to which it has already sent this request within the last five minutes, it MUST ignore the redirection and
 * consider the transaction to have failed." We follow once: so there is no chain of servers to be led along.
 *
 * @param asked at least one
 * @throws {StunError} `stun/redirect`
 */
export function checkRedirection(asked: readonly TransportAddress[], server: TransportAddress): void {
  const refuse = (where: string): never => {
    throw new StunError("stun/redirect", `the STUN server redirects ${where}`, { status: 300 });
  };
  if (server.port === 0) refuse("to no port");
  if (asked.some((each) => isSame(each, server))) refuse("to one that was asked already");
  if (asked.length > 1) refuse("once more");
}

function isSame(a: TransportAddress, b: TransportAddress): boolean {
  return a.port === b.port && canonicalAddress(a.address) === canonicalAddress(b.address);
}
