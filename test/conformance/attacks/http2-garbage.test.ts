/** Servers that answer HTTP/2 with what is none: a deviation of theirs, never a fault of the suite. */
import { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { Connection } from "../../../src/conformance/peer/connection.ts";
import { Http2Connection } from "../../../src/conformance/peer/http2-connection.ts";
import { OctetStream } from "../../../src/conformance/peer/octet-stream.ts";
import { NotApplicable } from "../../../src/conformance/verdict.ts";
import { encodeHttp2Frame, Http2Type } from "../../../src/conformance/wire/http2.ts";
import { WireLog } from "../../../src/conformance/wire/wire-log.ts";

/** SETTINGS_ENABLE_CONNECT_PROTOCOL is 1 (RFC 8441 §3). */
const settings = frame(Http2Type.Settings, [0, 8, 0, 0, 0, 1]);

describe("an HTTP/2 server", () => {
  it.each<[string, Buffer, string]>([
    ["GOAWAY of 3 octets", frame(Http2Type.Goaway, [0, 0, 0]), "8 octets or more"],
    ["RST_STREAM of 1 octets", frame(Http2Type.RstStream, [0], 1), "4 octets"],
    ["WINDOW_UPDATE of 0 octets", frame(Http2Type.WindowUpdate, []), "4 octets"],
    ["PING of 7 octets", frame(Http2Type.Ping, [1, 2, 3, 4, 5, 6, 7]), "8 octets"],
    ["SETTINGS of 7 octets", frame(Http2Type.Settings, [1, 2, 3, 4, 5, 6, 7]), "6 octets for each setting"],
    ["DATA of 16777215 octets", Buffer.from([255, 255, 255, 0, 0, 0, 0, 0, 1]), "16384 octets or less"],
  ])("that sends %s breaks a rule of RFC 9113", async (came, octets, expected) => {
    const server = await greeted(octets);
    const asked = server.answer(server.request(server.openingFields()));
    await expect(asked).rejects.toMatchObject({
      ...{ name: "Deviation", level: "MUST", clause: "RFC 9113 §4.2" },
      ...{ expected: `a frame of ${expected}`, came },
    });
  });

  it("that sends settings without end is given up", async () => {
    const server = await greeted(Buffer.alloc(0), Buffer.concat(Array(1000).fill(settings)));
    const asked = server.answer(server.request(server.openingFields()));
    await expect(asked).rejects.toThrow(/an end of what the server sends; came 20,001 frames/);
  });

  it("that speaks something else does not speak HTTP/2", async () => {
    const http1 = Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n");
    await expect(http2Connection(http1).begin()).rejects.toThrow(NotApplicable);
  });
});

async function greeted(then: Buffer, over?: Buffer): Promise<Http2Connection> {
  const server = http2Connection(Buffer.concat([settings, then]), over);
  await server.begin();
  return server;
}

/** A connection whose server says `first`, and `over` again and again. */
function http2Connection(first: Buffer, over?: Buffer): Http2Connection {
  const stream = new Duplex({
    read() {
      if (over !== undefined) this.push(over);
    },
    write: (_chunk, _encoding, done) => done(),
  });
  stream.push(first);
  onTestFinished(() => void stream.destroy());
  const log = new WireLog(() => 0);
  const connection = new Connection(new OctetStream(stream), { log, number: 1, patience: 1_000 });
  return new Http2Connection(connection, new URL("ws://127.0.0.1/"));
}

function frame(type: number, payload: readonly number[], stream = 0): Buffer {
  return encodeHttp2Frame({ type, flags: 0, stream, payload: Buffer.from(payload) });
}
