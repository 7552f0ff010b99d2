import { describe, expect, it, vi } from "vitest";
import type { Role } from "../../../src/websocket/connection/connection.ts";
import { SharedMessage } from "../../../src/websocket/connection/message.ts";
import type { Frame } from "../naive-codec.ts";
import { failure, sentClose, Transcript, transcriptOf, withoutReasons } from "../transcript.ts";

// What the conformance suites call groups 1-7; UTF-8 is in utf8.test.ts, closing in connection-closing.test.ts.
const CONTINUATION = 0x0;
const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

const roles: readonly Role[] = ["server", "client"];
const hello: Frame = { opcode: TEXT, payload: "Hello" };
const ping: Frame = { opcode: PING, payload: "beat" };
const sentPong = `sent pong ${Buffer.from("beat").toString("hex")}`;

describe("RFC 6455 §5.7 examples", () => {
  it("reads a single-frame unmasked text message", () => {
    expect(transcriptOf("client", "81 05 48 65 6c 6c 6f")).toEqual(['text "Hello"']);
  });
  it("reads a single-frame masked text message", () => {
    expect(transcriptOf("server", "81 85 37 fa 21 3d 7f 9f 4d 51 58")).toEqual(['text "Hello"']);
  });
  it("reads a fragmented unmasked text message", () => {
    expect(transcriptOf("client", "01 03 48 65 6c 80 02 6c 6f")).toEqual(['text "Hello"']);
  });
  it("answers an unmasked ping and reads a masked pong of the same payload", () => {
    expect(transcriptOf("client", "89 05 48 65 6c 6c 6f")).toEqual(["sent pong 48656c6c6f"]);
    expect(transcriptOf("server", "8a 85 37 fa 21 3d 7f 9f 4d 51 58")).toEqual(["pong 48656c6c6f"]);
  });
  it("reads 256 bytes and 64 KiB of binary in one frame", () => {
    for (const [header, length] of [
      ["827e0100", 256],
      ["827f0000000000010000", 65536],
    ] as const) {
      const payload = "61".repeat(length);
      expect(transcriptOf("client", header + payload)).toEqual([`binary ${payload}`]);
    }
  });
});

describe.each(roles)("RFC 6455 §5 a %s", (role) => {
  const read = (...frames: Frame[]): string[] => withoutReasons(transcriptOf(role, frames));
  const key = role === "server" ? undefined : [1, 2, 3, 4];

  describe("§5.1 masking", () => {
    it("fails with 1002 at the first frame that is masked wrongly, whatever it is", () => {
      for (const opcode of [TEXT, BINARY, CLOSE, PING, PONG]) {
        expect(read(hello, { opcode, key }), `opcode ${opcode}`).toEqual(failure(1002, 'text "Hello"'));
      }
    });
  });

  describe("§5.2 framing", () => {
    for (const length of [0, 1, 125, 126, 127, 128, 65535, 65536]) {
      it(`reads ${length} bytes of text and of binary`, () => {
        const payload = Buffer.alloc(length, "*");
        expect(read({ opcode: TEXT, payload })).toEqual([`text "${payload}"`]);
        expect(read({ opcode: BINARY, payload })).toEqual([`binary ${payload.toString("hex")}`]);
      });
    }

    it("fails with 1002 when a reserved bit is set, on any frame and between messages", () => {
      for (let rsv = 1; rsv < 8; rsv++) {
        expect(read({ ...hello, rsv })).toEqual(failure(1002));
        expect(read(hello, { ...hello, rsv }, ping)).toEqual(failure(1002, 'text "Hello"'));
        expect(read({ ...ping, rsv })).toEqual(failure(1002));
        expect(read({ opcode: CLOSE, rsv })).toEqual(failure(1002));
      }
    });

    it("fails with 1002 at every reserved opcode, with and without a payload", () => {
      for (const opcode of [3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf]) {
        expect(read(hello, { opcode }, ping)).toEqual(failure(1002, 'text "Hello"'));
        expect(read({ opcode, payload: "x" })).toEqual(failure(1002));
        expect(read({ opcode: TEXT, fin: false, payload: "x" }, { opcode })).toEqual(failure(1002));
      }
    });

    it("fails with 1002 when a length takes more octets than it needs", () => {
      for (const lengthOctets of [3, 9] as const) {
        expect(read({ ...hello, lengthOctets })).toEqual(failure(1002));
      }
      expect(read({ opcode: BINARY, payload: Buffer.alloc(200), lengthOctets: 9 })).toEqual(failure(1002));
    });

    it("tells its failure in a Close frame whose reason says what was wrong", () => {
      const [close] = transcriptOf(role, [{ ...hello, rsv: 1 }]);
      const reason = "reserved bit set without an extension";
      expect(close).toBe(sentClose(1002, reason));
    });
  });

  describe("§5.4 fragmentation", () => {
    it("joins fragments, empty ones too", () => {
      const fragments = (opcode: number): Frame[] => [
        { opcode, fin: false, payload: "" },
        { opcode: CONTINUATION, fin: false, payload: "ab" },
        { opcode: CONTINUATION, fin: false, payload: "" },
        { opcode: CONTINUATION, payload: "c" },
      ];
      expect(read(...fragments(TEXT), ...fragments(BINARY))).toEqual(['text "abc"', "binary 616263"]);
    });

    it("answers control frames between fragments at once", () => {
      expect(
        read(
          { opcode: TEXT, fin: false, payload: "Hel" },
          ping,
          { opcode: CONTINUATION, fin: false },
          { opcode: PONG, payload: [1] },
          { opcode: CONTINUATION, payload: "lo" },
          ping,
        ),
      ).toEqual([sentPong, "pong 01", 'text "Hello"', sentPong]);
    });

    it("fails with 1002 when there is nothing to continue", () => {
      for (const fin of [true, false]) {
        expect(read({ opcode: CONTINUATION, fin, payload: "x" })).toEqual(failure(1002));
        expect(read(hello, { opcode: CONTINUATION, fin })).toEqual(failure(1002, 'text "Hello"'));
      }
    });

    it("fails with 1002 when a message begins within another", () => {
      for (const opcode of [TEXT, BINARY]) {
        for (const fin of [true, false]) {
          const frames = [
            { opcode: TEXT, fin: false, payload: "a" },
            { opcode, fin },
          ];
          expect(read(...frames)).toEqual(failure(1002));
        }
      }
    });

    it("reads two fragmented messages one after the other", () => {
      const message = [
        { opcode: TEXT, fin: false, payload: "a" },
        { opcode: CONTINUATION, payload: "b" },
      ];
      expect(read(...message, ...message)).toEqual(['text "ab"', 'text "ab"']);
    });

    it("joins 65,537 fragments of a few bytes", () => {
      const piece: Frame = { opcode: CONTINUATION, fin: false, payload: "x" };
      const frames = Array.from({ length: 65_536 }, (_, i) => (i === 0 ? { ...piece, opcode: TEXT } : piece));
      const transcript = transcriptOf(role, [...frames, { opcode: CONTINUATION }]);
      expect(transcript).toEqual([`text "${"x".repeat(65_536)}"`]);
    });
  });

  describe("§5.5 control frames", () => {
    it("fails with 1002 when one is fragmented", () => {
      for (const opcode of [CLOSE, PING, PONG]) {
        expect(read({ opcode, fin: false })).toEqual(failure(1002));
        expect(read({ opcode: TEXT, fin: false }, { opcode, fin: false })).toEqual(failure(1002));
      }
    });

    it("fails with 1002 when one is longer than 125 bytes", () => {
      for (const opcode of [CLOSE, PING, PONG]) {
        for (const length of [126, 65536]) {
          expect(read({ opcode, payload: Buffer.alloc(length) })).toEqual(failure(1002));
        }
      }
    });

    it("answers a Ping of 0 to 125 bytes with the same bytes", () => {
      for (const length of [0, 1, 124, 125]) {
        const payload = Buffer.alloc(length, 0xfe);
        expect(read({ opcode: PING, payload })).toEqual([`sent pong ${payload.toString("hex")}`]);
      }
    });

    it("answers ten Pings in their order", () => {
      const pings = Array.from({ length: 10 }, (_, i) => ({ opcode: PING, payload: [i] }));
      expect(read(...pings)).toEqual(pings.map(({ payload: [i] }) => `sent pong 0${i}`));
    });

    it("takes a Pong that it did not ask for, and sends nothing", () => {
      expect(read({ opcode: PONG, payload: "x" }, { opcode: PONG })).toEqual(["pong 78", "pong "]);
    });
  });

  describe("limits", () => {
    const limited = (
      options: { maxMessageBytes?: number; maxFragments?: number },
      ...frames: Frame[]
    ): string[] => withoutReasons(transcriptOf(role, frames, options));

    it("reads a message as long as the limit and fails with 1009 above it", () => {
      expect(limited({ maxMessageBytes: 5 }, hello)).toEqual(['text "Hello"']);
      expect(limited({ maxMessageBytes: 4 }, hello)).toEqual(failure(1009));
    });

    it("fails with 1009 by the length of a frame alone, before its payload comes", () => {
      expect(read({ opcode: BINARY, claimedLength: 1024n * 1024n + 1n })).toEqual(failure(1009));
      expect(read({ opcode: BINARY, claimedLength: 2n ** 63n - 1n })).toEqual(failure(1009));
      expect(read({ opcode: BINARY, claimedLength: 1024n * 1024n })).toEqual([]);
    });

    it("fails with 1009 when fragments together are too long", () => {
      const half = { opcode: BINARY, fin: false, payload: "abc" };
      expect(limited({ maxMessageBytes: 5 }, half, { opcode: CONTINUATION, payload: "def" })).toEqual(
        failure(1009),
      );
      expect(limited({ maxMessageBytes: 6 }, half, { opcode: CONTINUATION, payload: "def" })).toEqual([
        "binary 616263646566",
      ]);
    });

    it("fails with 1008 when a message has too many frames", () => {
      const empty = { opcode: CONTINUATION, fin: false };
      const frames = [{ opcode: TEXT, fin: false }, empty, { opcode: CONTINUATION }];
      expect(limited({ maxFragments: 3 }, ...frames)).toEqual(['text ""']);
      expect(limited({ maxFragments: 2 }, ...frames)).toEqual(failure(1008));
    });

    it("does not count control frames", () => {
      const frames = [{ opcode: TEXT, fin: false }, ping, ping, { opcode: CONTINUATION }];
      const lines = [sentPong, sentPong, 'text ""'];
      expect(limited({ maxFragments: 2, maxMessageBytes: 0 }, ...frames)).toEqual(lines);
    });
  });
});

describe("what an application sends", () => {
  it("is announced once until it is transmitted", () => {
    const sink = new Transcript("server");
    const output = vi.spyOn(sink, "output").mockImplementation(() => {});
    sink.connection.sendText("a");
    sink.connection.sendBinary(Buffer.from("b"));
    sink.connection.ping(undefined, 0);
    sink.connection.sendShared(new SharedMessage("c"));
    expect(output).toHaveBeenCalledTimes(1);
    output.mockRestore();
    sink.output();
    expect(sink.lines).toEqual(['sent text "a"', "sent binary 62", "sent ping 00000000", 'sent text "c"']);
  });

  it("is masked by a client, frame by frame, also what is prepared for many", () => {
    const sink = new Transcript("client");
    sink.connection.sendText("a");
    sink.connection.ping(Buffer.from("b"), 0);
    sink.connection.sendShared(new SharedMessage("c"));
    expect(sink.lines).toEqual(['sent text "a"', "sent ping 62", 'sent text "c"']);
  });

  it("is a ping of at most 125 bytes", () => {
    const sink = new Transcript("server");
    expect(sink.connection.ping(Buffer.alloc(125), 0)).toBe(true);
    expect(() => sink.connection.ping(Buffer.alloc(126), 0)).toThrow(RangeError);
  });

  it("may be sent from within a callback, and comes at that point", () => {
    const lines = transcriptOf("server", [hello, ping, { opcode: PONG }, { opcode: BINARY, payload: "!" }], {
      during: (event, connection) => {
        if (event === "text") connection.sendText("to text");
        if (event === "pong") connection.ping(undefined, 0);
        if (event === "binary") connection.sendBinary(Buffer.from("!"));
      },
    });
    expect(lines).toEqual([
      ...['text "Hello"', 'sent text "to text"', sentPong, "pong ", "sent ping 00000000"],
      ...["binary 21", "sent binary 21"],
    ]);
  });
});

describe("a message that is handed over", () => {
  it("belongs to the application: the next one does not change it", () => {
    const received: Buffer[] = [];
    const sink = new Transcript("client");
    sink.binary = (message) => void received.push(message);
    for (const octet of [1, 2]) sink.connection.receive(Buffer.from([0x82, 3, octet, octet, octet]), 0);
    sink.pong = (payload) => void received.push(payload);
    for (const octet of [3, 4]) sink.connection.receive(Buffer.from([0x8a, 1, octet]), 0);
    expect(received.map((message) => [...message])).toEqual([[1, 1, 1], [2, 2, 2], [3], [4]]);
  });
});
