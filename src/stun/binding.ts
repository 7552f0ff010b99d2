/**
 * RFC 8489 §6.3 and §12: a server of the Binding method, without sockets: a datagram in, a datagram out or nothing.
 *
 *     bytes ─▶ a Binding request? ─▶ client within its rate? ─▶ answer-binding.ts ─▶ bytes
 *                    │ no                     │ no
 *                    ▼                        ▼
 *                 counted               dropped, counted
 *
 * Nothing is ever sent but one answer to one request. Whoever writes somebody else's address on a request has the
 * answer sent there (RFC 8489 §16.1.2): so no answer is more than 32 octets longer than its request, unless an option
 * adds to it, and past the rate limit there is none. An error would be just such an answer, and who asks in earnest
 * sends again anyway (RFC 8489 §6.2.1).
 */
import { clientOf } from "../addresses.ts";
import { readUint16 } from "../bytes.ts";
import type { TransportAddress } from "./address.ts";
import { isIPv6 } from "./address.ts";
import { type AnswerOptions, answerBinding, type BindingAnswers, prepareAnswers } from "./answer-binding.ts";
import { ClientRates } from "./client-rates.ts";
import { checkFingerprint } from "./fingerprint.ts";
import { classOf, MessageClass, Method, parseMessage, type StunMessage } from "./message.ts";

/** What a {@link BindingServer} is told; everything has a default. */
export interface BindingOptions extends AnswerOptions {
  /** Octets of a message, beyond which it is dropped unread; 1,500 by default. */
  readonly maxMessage?: number | undefined;
  /** Requests that a client may make each second in the long run; 100 by default. Infinity: no limit. */
  readonly ratePerSecond?: number | undefined;
  /** Requests that it may make at once; 500 by default: a school that opens its calls when the bell rings. */
  readonly rateBurst?: number | undefined;
  /** Clients whose rate is remembered; 10,000 by default. A client is an IPv4 address, or a /64 of IPv6. */
  readonly maxClients?: number | undefined;
}

/** The longest message that is read, by default. No Ethernet frame holds a longer one. */
export const defaultMaxMessage = 1500;
const defaultRate = { perSecond: 100, burst: 500, maxClients: 10_000 };

/**
 * Why a datagram was answered with silence:
 *
 *  - `not-stun`: its header is not one of STUN
 *  - `malformed`: it begins like STUN, and is not (`MessageFault`)
 *  - `too-long`: more octets than `maxMessage`
 *  - `fingerprint`: its FINGERPRINT is wrong
 *  - `method`: another method than Binding, such as TURN's
 *  - `response`: we have asked nothing
 *  - `source`: nobody can be answered there: port 0
 *  - `rate-limited`: the client asks too often
 */
export type BindingDrop =
  | "not-stun"
  | "malformed"
  | "too-long"
  | "fingerprint"
  | "method"
  | "response"
  | "source"
  | "rate-limited";

/** What a {@link BindingServer} has done so far. */
export interface BindingCounts {
  /** Binding requests that could be read, whether they were answered or not. */
  readonly requests: number;
  /** Success responses. */
  readonly answered: number;
  /** Error responses. */
  readonly refused: number;
  /** Binding indications, which are never answered (RFC 8489 §6.3.2). */
  readonly indications: number;
  readonly dropped: Readonly<Record<BindingDrop, number>>;
}

/** Answers Binding requests. Holds the rates of its clients and its counts, and else nothing from one call to the next. */
export class BindingServer {
  readonly #answers: BindingAnswers;
  readonly #maxMessage: number;
  readonly #rates: ClientRates;
  readonly #counts = {
    requests: 0,
    answered: 0,
    refused: 0,
    indications: 0,
    dropped: {
      "not-stun": 0,
      malformed: 0,
      "too-long": 0,
      fingerprint: 0,
      method: 0,
      response: 0,
      source: 0,
      "rate-limited": 0,
    },
  };

  /** @throws {RangeError} on a number that is out of range, {TypeError} on options that do not go together */
  constructor(options: BindingOptions = {}) {
    const { maxMessage = defaultMaxMessage } = options;
    if (!(maxMessage >= 20)) throw new RangeError("maxMessage must be 20, the length of a header, or more");
    this.#maxMessage = maxMessage;
    this.#answers = prepareAnswers(options);
    this.#rates = new ClientRates({
      perSecond: options.ratePerSecond ?? defaultRate.perSecond,
      burst: options.rateBurst ?? defaultRate.burst,
      maxClients: options.maxClients ?? defaultRate.maxClients,
    });
  }

  /** What has been done so far: the counters themselves, which go on counting. */
  get counts(): BindingCounts {
    return this.#counts;
  }

  /**
   * Takes one message.
   *
   * @param bytes a whole datagram, or a message cut out of a stream
   * @param source where it came from, and where the answer goes
   * @param now milliseconds, on a clock that only goes forward
   * @returns the answer; undefined: there is none. Never throws, unless `authenticate` does
   */
  receive(bytes: Uint8Array, source: TransportAddress, now: number): Uint8Array | undefined {
    const counts = this.#counts;
    const message = admit(bytes, this.#maxMessage);
    if (typeof message === "string") {
      counts.dropped[message]++;
      return undefined;
    }
    if (message.class === MessageClass.Indication) {
      // RFC 8489 §6.3.2: "No response is generated for an indication." Whether it holds something unknown, and so is to
      // be discarded, makes no difference then.
      counts.indications++;
      return undefined;
    }
    counts.requests++;
    const refusal = this.#refuse(source, now);
    if (refusal !== undefined) {
      counts.dropped[refusal]++;
      return undefined;
    }
    const answer = answerBinding(message, source, this.#answers);
    if (answer === undefined) counts.dropped.source++;
    else if (classOf(readUint16(answer, 0)) === MessageClass.SuccessResponse) counts.answered++;
    else counts.refused++;
    return answer;
  }

  /** Counts what was dropped before it came here: a stream that cannot be cut into messages. */
  countDrop(drop: BindingDrop): void {
    this.#counts.dropped[drop]++;
  }

  #refuse({ address, port }: TransportAddress, now: number): BindingDrop | undefined {
    if (port === 0) return "source";
    // An IPv4 address is a client itself.
    const client = isIPv6(address) ? clientOf(address) : address;
    return this.#rates.take(client, now) ? undefined : "rate-limited";
  }
}

/** RFC 8489 §6.3: the checks that do not depend on what is asked. "If any errors are detected, the message is silently discarded." */
function admit(bytes: Uint8Array, maxMessage: number): StunMessage | BindingDrop {
  if (bytes.length > maxMessage) return "too-long";
  const message = parseMessage(bytes);
  if (message === undefined) return "not-stun";
  if (typeof message === "string") return "malformed";
  // RFC 8489 §12: a server "MAY utilize the FINGERPRINT mechanism but MUST NOT require it."
  if (message.fingerprintAt > 0 && !checkFingerprint(message)) return "fingerprint";
  if (message.method !== Method.Binding) return "method";
  switch (message.class) {
    case MessageClass.Request:
    case MessageClass.Indication:
      return message;
    case MessageClass.SuccessResponse:
    case MessageClass.ErrorResponse:
      return "response";
  }
}
