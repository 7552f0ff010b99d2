/** RFC 8441 §5: Using Extended CONNECT to Bootstrap the WebSocket Protocol. */
import type { Case } from "../../case.ts";
import type { Http2Connection } from "../../peer/http2-connection.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation, SetupFailed } from "../../verdict.ts";
import { encodeFrame, Opcode } from "../../wire/frame.ts";
import { Http2Error, Http2Type } from "../../wire/http2.ts";
import {
  accepted,
  closesStream,
  echoes,
  expectEcho,
  expectRefused,
  http2,
  maskedText,
  readMessage,
  said,
} from "../http2-stream.ts";
import { must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const connectionFields = "They MUST NOT be included in the CONNECT request defined here.";
const asTcp = "using the HTTP/2 stream from the CONNECT transaction as if it were the TCP connection";

export const bootstrapping: readonly Case<ServerTrial>[] = forServers("rfc8441/5", { profile: "h2" }, [
  {
    number: 1,
    title: "another value of :protocol opens no WebSocket",
    ...must(
      'The :protocol pseudo-header field MUST be included in the CONNECT request, and it MUST have a value of "websocket"',
    ),
    run: async (trial) => {
      const connection = await http2(trial);
      const stream = connection.request(connection.openingFields({ ":protocol": "not-websocket" }));
      await expectRefused(trial, connection, stream, "a refusal of a protocol that is not WebSocket");
    },
  },
  ...["connection", "upgrade"].map((name, i) => ({
    number: 2 + i,
    title: `a ${name} field in the request`,
    ...must(connectionFields),
    run: async (trial: ServerTrial): Promise<void> => {
      const connection = await http2(trial);
      const value = name === "upgrade" ? "websocket" : "upgrade";
      const stream = connection.request(connection.openingFields({ [name]: value }));
      await expectRefused(trial, connection, stream, "a malformed request refused (RFC 9113 §8.2.2)");
    },
  })),
  {
    number: 4,
    title: "no Sec-WebSocket-Key is needed",
    ...must(
      "Implementations using this extended CONNECT to bootstrap WebSockets do not do the processing of the Sec-WebSocket-Key and Sec-WebSocket-Accept header fields",
    ),
    run: async (trial) => opens(trial, {}),
  },
  {
    number: 5,
    title: "a Sec-WebSocket-Key, well-formed or not, is not processed",
    ...should(
      "Implementations using this extended CONNECT to bootstrap WebSockets do not do the processing of the Sec-WebSocket-Key and Sec-WebSocket-Accept header fields",
    ),
    run: async (trial) => opens(trial, { "sec-websocket-key": "not a key" }),
  },
  {
    number: 6,
    title: "another Sec-WebSocket-Version is refused",
    ...must(
      "The Origin … Sec-WebSocket-Version, Sec-WebSocket-Protocol, and Sec-WebSocket-Extensions header fields are used in the CONNECT request and response-header fields as defined in",
    ),
    run: async (trial) => {
      const connection = await http2(trial);
      const stream = connection.request(connection.openingFields({ "sec-websocket-version": "7" }));
      await expectRefused(trial, connection, stream, "version 7 refused (RFC 6455 §4.2.2)");
    },
  },
  {
    number: 7,
    title: "the closing handshake ends the stream with END_STREAM",
    ...should("Orderly TCP-level closures are represented as END_STREAM flags"),
    run: async (trial) => {
      const connection = await http2(trial);
      const stream = await accepted(connection);
      await closesStream(trial, connection, stream);
      await expectEnded(connection, stream);
    },
  },
  {
    number: 8,
    title: "after one WebSocket has closed, the connection carries another",
    ...must(asTcp),
    run: async (trial) => {
      const connection = await http2(trial);
      const first = await accepted(connection);
      await closesStream(trial, connection, first);
      connection.sendData(first, Buffer.alloc(0), { endStream: true });
      const second = connection.request(connection.openingFields());
      const answer = await connection.answer(second);
      if (answer.kind !== "status" || answer.status !== "200")
        throw new Deviation("status 200", said(answer));
      await echoes(trial, connection, second, "the second");
    },
  },
  {
    number: 9,
    title: "two WebSockets on one connection at the same time",
    ...must(asTcp),
    run: async (trial) => {
      const connection = await http2(trial);
      const [one, two] = [await accepted(connection), await accepted(connection)];
      const [a, b] = [maskedText(trial, "on the first"), maskedText(trial, "on the second")];
      connection.sendData(one, a.subarray(0, 5));
      connection.sendData(two, b.subarray(0, 9));
      connection.sendData(one, a.subarray(5));
      connection.sendData(two, b.subarray(9));
      await expectEcho(connection, two, "on the second");
      await expectEcho(connection, one, "on the first");
    },
  },
  {
    number: 10,
    title: "a stream reset by the client leaves the others alone",
    ...must("RST exceptions are represented with the RST_STREAM frame … with the CANCEL error code"),
    run: async (trial) => {
      const connection = await http2(trial);
      const [gone, stays] = [await accepted(connection), await accepted(connection)];
      const payload = Buffer.alloc(4);
      payload.writeUInt32BE(Http2Error.Cancel);
      connection.send({ type: Http2Type.RstStream, flags: 0, stream: gone, payload });
      await echoes(trial, connection, stays, "still here");
    },
  },
  {
    number: 11,
    title: "a message larger than the server's first window",
    ...must(asTcp),
    run: async (trial) => largerThanWindow(trial),
  },
  {
    number: 12,
    title: "one frame in DATA frames of one octet",
    ...must(asTcp),
    run: async (trial) => {
      const connection = await http2(trial);
      const stream = await accepted(connection);
      for (const octet of maskedText(trial, "octet by octet"))
        connection.sendData(stream, Buffer.from([octet]));
      await expectEcho(connection, stream, "octet by octet");
    },
  },
  {
    number: 13,
    title: "a subprotocol that was not asked for is not chosen",
    ...must(
      "The Origin … Sec-WebSocket-Version, Sec-WebSocket-Protocol, and Sec-WebSocket-Extensions header fields are used in the CONNECT request and response-header fields as defined in",
    ),
    run: async (trial) => {
      for (const asked of [{}, { "sec-websocket-protocol": "x-first, x-second" }]) {
        const chosen = await subprotocolFor(trial, asked);
        const offered = asked["sec-websocket-protocol"]?.split(", ") ?? [];
        if (chosen !== undefined && !offered.includes(chosen))
          throw new Deviation(`one of ${offered.join(" and ")}, or none`, chosen);
      }
    },
  },
]);

/** What the server chooses; nothing, where it refuses who offers no subprotocol of its own (RFC 6455 §4.2.2). */
async function subprotocolFor(
  trial: ServerTrial,
  asked: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  try {
    return await trial.subprotocolOverHttp2(asked);
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    const expected = "the WebSocket opened";
    trial.note({ severity: "info", expected, came: error.message, clause: "RFC 6455 §4.2.2" });
    return undefined;
  }
}

/** A request with these fields besides has to open a WebSocket. */
async function opens(trial: ServerTrial, fields: Readonly<Record<string, string>>): Promise<void> {
  const connection = await http2(trial);
  const stream = connection.request(connection.openingFields(fields));
  const answer = await connection.answer(stream);
  if (answer.kind !== "status" || answer.status !== "200") throw new Deviation("status 200", said(answer));
  await echoes(trial, connection, stream, "open");
}

/** RFC 9113 §6.9: what the server lets us send is 65,535 octets, until it says that it has taken some. */
async function largerThanWindow(trial: ServerTrial): Promise<void> {
  const connection = await http2(trial);
  const stream = await accepted(connection);
  const payload = trial.random.octets(300_000);
  const maskingKey = trial.random.octets(4);
  await connection.sendWithinWindow(stream, encodeFrame({ opcode: Opcode.Binary, payload, maskingKey }));
  const expected = "the echo of 300,000 octets";
  const came = await readMessage(connection, stream, expected);
  if (came.opcode === Opcode.Close) {
    // RFC 6455 §10.4 lets a server take no messages as large as that.
    trial.note({ severity: "info", expected, came: "a Close frame", clause: "RFC 6455 §10.4" });
    return;
  }
  if (came.opcode !== Opcode.Binary || !came.payload.equals(payload))
    throw new Deviation(expected, `opcode 0x${came.opcode.toString(16)}, ${came.payload.length} octets`);
}

async function expectEnded(connection: Http2Connection, stream: number): Promise<void> {
  while (!connection.ended.has(stream)) {
    const frame = await connection.next();
    if (typeof frame === "string") throw new Deviation("END_STREAM", frame);
    if (frame.type === Http2Type.RstStream && frame.stream === stream) {
      throw new Deviation("END_STREAM", `RST_STREAM, error ${frame.payload.readUInt32BE(0)}`);
    }
  }
}
