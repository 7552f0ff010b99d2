/**
 * The rules of `src/websocket`, each taken out once: what is left is a mutant, and a suite that does not notice
 * does not test the rule. `test/long/websocket-mutants.test.ts` runs a test file against every one of them.
 */
import { handshakeMutants } from "./websocket-handshake.ts";

/** One rule taken out. */
export interface Mutant {
  /** The rule that the mutant lacks, as a name; also how it is asked for. */
  readonly rule: string;
  /** In `src/websocket`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The test file, in `test/websocket`, that has to notice. */
  readonly test: string;
}

const coreMutants: readonly Mutant[] = [
  // RFC 6455 §5.1, §5.2 and §5.5: frames.
  {
    rule: "reserved bits are 0",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "(first & RSV2_AND_RSV3) !== 0 || ",
    replace: "",
  },
  {
    rule: "RSV1 needs an extension",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: " || ((first & RSV1) !== 0 && !this.#rsv1)",
    replace: "",
  },
  {
    rule: "RSV1 stands on no control frame",
    test: "rfc7692-6-framing",
    file: "wire/frame.ts",
    find: "opcode >= Opcode.Close && (first & RSV1) !== 0",
    replace: "false",
  },
  {
    rule: "opcodes 3 to 7 are reserved",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: " || (opcode > Opcode.Binary && opcode < Opcode.Close)",
    replace: "",
  },
  {
    rule: "opcodes from 11 on are reserved",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "opcode > Opcode.Pong || ",
    replace: "",
  },
  {
    rule: "clients mask and servers do not",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "if (masked !== this.#masked) {",
    replace: "if (false) {",
  },
  {
    rule: "a control frame has 125 bytes at most",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "length > MAX_CONTROL_PAYLOAD || ",
    replace: "",
  },
  {
    rule: "a control frame is not fragmented",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: " || (first & FIN) === 0",
    replace: "",
  },
  {
    rule: "lengths are minimal",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: 'if (length < least) throw new WebSocketProtocolError(1002, "length not minimal");',
    replace: "",
  },
  {
    rule: "the least length of eight octets is 65536",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "checkMinimal(length, 65536);",
    replace: "checkMinimal(length, 65535);",
  },
  {
    rule: "a length has 63 bits",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "if ((bytes[at + 2]! & 0x80) !== 0)",
    replace: "if (false)",
  },
  {
    rule: "a frame is not longer than a message may be",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "length > this.#maxPayload && ",
    replace: "false && ",
  },
  {
    rule: "the masking goes on where a chunk ended",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "this.#phase = (this.#phase + end - at) & 3;",
    replace: "",
  },
  {
    rule: "nothing is read after a decoder was stopped",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "if (!this.#stopped) this.#sink.frameEnd();",
    replace: "this.#sink.frameEnd();",
  },
  {
    rule: "a decoder that is suspended returns",
    test: "connection/incoming",
    file: "wire/frame.ts",
    find: "if (this.#suspended) return at;",
    replace: "",
  },
  {
    rule: "126 bytes need the longer header",
    test: "wire/frame",
    file: "wire/frame.ts",
    find: "return (length < 126 ? 2",
    replace: "return (length < 127 ? 2",
  },
  // RFC 6455 §5.4: fragments.
  {
    rule: "a continuation continues something, and nothing else does",
    test: "wire/fragmentation",
    file: "wire/fragmentation.ts",
    find: "if (midMessage !== (opcode === Opcode.Continuation)) {",
    replace: "if (false) {",
  },
  {
    rule: "RSV1 stands on no continuation",
    test: "wire/fragmentation",
    file: "wire/fragmentation.ts",
    find: 'if (rsv1) throw new WebSocketProtocolError(1002, "RSV1 on a continuation frame");',
    replace: "",
  },
  {
    rule: "a message is at most so long",
    test: "wire/fragmentation",
    file: "wire/fragmentation.ts",
    find: "if (this.length > this.#maxBytes) {",
    replace: "if (false) {",
  },
  {
    rule: "a message has at most so many frames",
    test: "wire/fragmentation",
    file: "wire/fragmentation.ts",
    find: "if (++this.frames > this.#maxFragments) {",
    replace: "if (++this.frames > this.#maxFragments + 1) {",
  },
  {
    rule: "a message's length is counted anew",
    test: "wire/fragmentation",
    file: "wire/fragmentation.ts",
    find: "    this.length = 0;\n  }",
    replace: "  }",
  },
  {
    rule: "no room is made for what is only announced",
    test: "wire/fragments",
    file: "wire/fragments.ts",
    find: "Math.min(expected, SMALLEST_STORE + needed * TRUST)",
    replace: "expected",
  },
  {
    rule: "what was gathered moves to the larger store",
    test: "wire/fragments",
    file: "wire/fragments.ts",
    find: "this.#store?.copy(store, 0, 0, this.length);",
    replace: "",
  },
  {
    rule: "a message out of lent memory is a copy",
    test: "wire/assembly",
    file: "wire/assembly.ts",
    find: "return this.lent ? copyOf(",
    replace: "return false ? copyOf(",
  },
  {
    rule: "text in pieces is refused at its first bad octet",
    test: "wire/assembly",
    file: "wire/assembly.ts",
    find: "if (!this.#utf8.push(chunk, start, end)) throw notUtf8();",
    replace: "this.#utf8.push(chunk, start, end);",
  },
  {
    rule: "compressed octets are not looked at as text",
    test: "fuzz",
    file: "wire/assembly.ts",
    find: "if (this.isText && !this.compressed) {",
    replace: "if (this.isText) {",
  },
  // What is received.
  {
    rule: "what arrives while nobody wants it is kept",
    test: "connection/incoming",
    file: "connection/incoming.ts",
    find: "if (this.isDeaf) this.#keep(chunk, 0);",
    replace: "if (this.isDeaf) return;",
  },
  {
    rule: "who pauses and resumes within one event gets the rest",
    test: "connection/incoming",
    file: "connection/incoming.ts",
    find: "while (end < chunk.length && !this.isDeaf);",
    replace: "while (false);",
  },
  {
    rule: "what is kept of lent memory is a copy",
    test: "connection/incoming",
    file: "connection/incoming.ts",
    find: "else this.#rest = this.#lent ? Buffer.from(rest) : rest;",
    replace: "else this.#rest = rest;",
  },
  {
    rule: "nothing overtakes a message that is being inflated",
    test: "connection/incoming",
    file: "connection/incoming.ts",
    find: "    this.#inflating = true;\n    this.#decoder.suspend();",
    replace: "    this.#inflating = true;",
  },
  {
    rule: "what is inflated elsewhere is a copy of lent memory",
    test: "connection/incoming",
    file: "connection/incoming.ts",
    find: "this.#messages.inflate(inflater, this.#lent ? Buffer.from(payload) : payload);",
    replace: "this.#messages.inflate(inflater, payload);",
  },
  {
    rule: "parts of a message are copies",
    test: "fuzz",
    file: "wire/message-parts.ts",
    find: "this.#sink.part(Buffer.from(piece), false, false);",
    replace: "this.#sink.part(piece, false, false);",
  },
  // RFC 6455 §5.5.1, §7.4: Close.
  {
    rule: "1005 is never sent",
    test: "wire/close",
    file: "wire/close.ts",
    find: " && code !== 1005",
    replace: "",
  },
  {
    rule: "codes from 5000 on are never sent",
    test: "wire/close",
    file: "wire/close.ts",
    find: "code <= 4999",
    replace: "code <= 5000",
  },
  {
    rule: "codes that may not be sent are not taken either",
    test: "wire/close",
    file: "wire/close.ts",
    find: "if (!mayBeSent(code)) throw new WebSocketProtocolError(",
    replace: "if (false) throw new WebSocketProtocolError(",
  },
  {
    rule: "a reason is UTF-8",
    test: "wire/close",
    file: "wire/close.ts",
    find: "decodeUtf8(payload, 2, payload.length)",
    replace: 'payload.toString("utf8", 2)',
  },
  {
    rule: "a reason is cut at a character",
    test: "wire/close",
    file: "wire/close.ts",
    find: "return payload.subarray(0, 2 + written);",
    replace: "return payload;",
  },
  // RFC 3629: UTF-8.
  {
    rule: "a U+FFFD of our own making is noticed",
    test: "wire/utf8",
    file: "wire/utf8.ts",
    find: 'if (text.includes("\\u{FFFD}") && !isUtf8(bytes.subarray(start, end))) {',
    replace: "if (false) {",
  },
  {
    rule: "C0 and C1 never appear",
    test: "wire/utf8-validator",
    file: "wire/utf8.ts",
    find: "octet < 0xc2 || ",
    replace: "octet < 0xc0 || ",
  },
  {
    rule: "there is nothing beyond U+10FFFF",
    test: "wire/utf8-validator",
    file: "wire/utf8.ts",
    find: "if (octet === 0xf4) this.#most = 0x8f;",
    replace: "",
  },
  {
    rule: "surrogates are not characters",
    test: "wire/utf8-validator",
    file: "wire/utf8.ts",
    find: "if (octet === 0xed) this.#most = 0x9f;",
    replace: "",
  },
  {
    rule: "three octets are not for what fits into two",
    test: "wire/utf8-validator",
    file: "wire/utf8.ts",
    find: "if (octet === 0xe0) this.#least = 0xa0;",
    replace: "",
  },
  // What is sent.
  {
    rule: "messages wait in order",
    test: "fuzz",
    file: "connection/outgoing.ts",
    find: "this.#compression === undefined && this.#obstacles === Obstacle.None",
    replace: "this.#compression === undefined",
  },
  {
    rule: "nothing is sent behind a message in parts that is not complete",
    test: "rfc6455-5.4-sending",
    file: "connection/outgoing.ts",
    find: "if ((this.#obstacles & Obstacle.Parts) !== 0) this.abandon();",
    replace: "",
  },
  {
    rule: "the Close frame waits for a message that is being compressed",
    test: "rfc6455-5.4-sending",
    file: "connection/outgoing.ts",
    find: "      this.#last = last;\n      return;",
    replace: "",
  },
  {
    rule: "a compressed message has RSV1",
    test: "connection/outgoing",
    file: "connection/outgoing.ts",
    find: "this.control(opcode, deflated, FIN | RSV1);",
    replace: "this.control(opcode, deflated, FIN);",
  },
  {
    rule: "what waits goes on when the transport takes bytes again",
    test: "connection/outgoing",
    file: "connection/outgoing.ts",
    find: "if (this.#obstacles !== Obstacle.None) this.#remove(Obstacle.Transport);",
    replace: "",
  },
  {
    rule: "an empty message takes room, too",
    test: "connection/backlog",
    file: "connection/backlog.ts",
    find: "const COST = 64;",
    replace: "const COST = 0;",
  },
  {
    rule: "the oldest make room",
    test: "connection/backlog",
    file: "connection/backlog.ts",
    find: "while (!this.isEmpty && this.#held > room) this.#drop();",
    replace: "",
  },
  {
    rule: "who does not wait gets as much room again, and no more",
    test: "connection/backlog",
    file: "connection/backlog.ts",
    find: '(overflow === "wait" ? 2 : 1)',
    replace: '(overflow === "wait" ? 3 : 1)',
  },
  {
    rule: "a message that is replaced is counted",
    test: "connection/backlog",
    file: "connection/backlog.ts",
    find: "    this.#messages[at] = message;\n    this.dropped++;",
    replace: "    this.#messages[at] = message;",
  },
  {
    rule: "a message that has left cannot be replaced",
    test: "connection/backlog",
    file: "connection/backlog.ts",
    find: "if (message.key !== undefined) this.#numbers?.delete(message.key);",
    replace: "",
  },
  {
    rule: "a slab that is still read is not used again",
    test: "connection/outbox-memory",
    file: "connection/outbox.ts",
    find: "if (current.openRegions === 0 && !current.held) current.end = 0;",
    replace: "if (current.openRegions === 0) current.end = 0;",
  },
  {
    rule: "a client masks what is not copied, too",
    test: "connection/outbox",
    file: "connection/outbox.ts",
    find: "mask(masked, 0, length, key, 0);",
    replace: "",
  },
  // RFC 7692 §7.2: compression.
  {
    rule: "a compressed message ends without its last four octets",
    test: "deflate/deflate",
    file: "deflate/deflate.ts",
    find: "deflated.subarray(0, -4)",
    replace: "deflated",
  },
  {
    rule: "a sender keeps to the window agreed on",
    test: "deflate/deflate",
    file: "deflate/deflate.ts",
    find: "Math.min(this.#windowBits, bitsFor(reach + MIN_LOOKAHEAD))",
    replace: "bitsFor(reach + MIN_LOOKAHEAD)",
  },
  {
    rule: "a sender remembers what it said",
    test: "deflate/deflate",
    file: "deflate/deflate.ts",
    find: "this.#window?.push(payload);",
    replace: "",
  },
  {
    rule: "a message inflates to so much and no more",
    test: "deflate/inflation",
    file: "deflate/inflation.ts",
    find: "if (this.#bytes > this.#limit) throw this.#tooLong();",
    replace: "",
  },
  {
    rule: "a message that is cut short is refused",
    test: "deflate/deflate",
    file: "deflate/inflation.ts",
    find: "const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff);",
    replace: "const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);",
  },
  {
    rule: "blocks may refer to those before one with BFINAL",
    test: "deflate/inflation",
    file: "deflate/inflation.ts",
    find: "this.#dictionary = Buffer.concat([this.#dictionary ?? NOTHING, buffer]).subarray(-32_768);",
    replace: "",
  },
  {
    rule: "there are not too many streams in a message",
    test: "fuzz",
    file: "deflate/inflation.ts",
    find: "const FREE_STREAMS = 16;",
    replace: "const FREE_STREAMS = 17;",
  },
  {
    rule: "only so much is remembered as the window holds",
    test: "deflate/sliding-window",
    file: "deflate/sliding-window.ts",
    find: "Math.min(this.#used, this.#size - added.length)",
    replace: "this.#used",
  },
];

/** Every mutant. */
export const mutants: readonly Mutant[] = [...coreMutants, ...handshakeMutants];
