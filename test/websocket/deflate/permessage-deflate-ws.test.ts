/** The negotiation of permessage-deflate with ws, in both directions: as functions, and on the wire. */
import { describe, expect, it, onTestFinished } from "vitest";
import * as ws from "ws";
import {
  acceptDeflateOffer,
  checkDeflateResponse,
  type DeflateParameters,
  deflateOffer,
  type PerMessageDeflateOptions,
} from "../../../src/websocket/deflate/permessage-deflate.ts";
import { type Extension, parseExtensions } from "../../../src/websocket/handshake/header.ts";
import { connect, failure } from "../host.ts";
import { listen, listenAndEcho } from "../listen.ts";
import { nextEvent } from "../next-event.ts";

type Params = Record<string, string | number | true>;
interface WsDeflate {
  offer(): Params;
  accept(list: Record<string, (string | true)[]>[]): Params;
}
/** What ws exports for others, and its types leave out. */
const { PerMessageDeflate, extension } = ws as unknown as {
  PerMessageDeflate: new (options: object) => WsDeflate;
  extension: {
    format(extensions: object): string;
    parse(header: string): Record<string, Record<string, (string | true)[]>[]>;
  };
};

const NAME = "permessage-deflate";
const one = (value: string): Extension => parseExtensions([value])![0]!;

/** What ws agreed to, in our words. */
function inOurWords(params: Params): DeflateParameters {
  return {
    serverNoContextTakeover: params.server_no_context_takeover === true,
    clientNoContextTakeover: params.client_no_context_takeover === true,
    serverMaxWindowBits: Number(params.server_max_window_bits ?? 15),
    clientMaxWindowBits: Number(params.client_max_window_bits ?? 15),
  };
}

/** Each option with each value, alone and together. */
function choices(takeovers: readonly (boolean | undefined)[]): PerMessageDeflateOptions[] {
  const windows = [undefined, 9, 12];
  return takeovers.flatMap((serverNoContextTakeover) =>
    takeovers.flatMap((clientNoContextTakeover) =>
      windows.flatMap((serverMaxWindowBits) =>
        windows.map((clientMaxWindowBits) => ({
          ...{ serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits },
        })),
      ),
    ),
  );
}
const OURS = choices([true, false]);
/** For ws, false means that it refuses what it is asked for; undefined, that it does as it is asked. */
const THEIRS = choices([true, false, undefined]);

describe("RFC 7692 §7.1 negotiated with ws", () => {
  it("our offers are understood, and ws's answers agree with what it does", () => {
    let agreed = 0;
    for (const ours of OURS) {
      for (const theirs of THEIRS) {
        const which = `${JSON.stringify(ours)} ${JSON.stringify(theirs)}`;
        const server = new PerMessageDeflate({ ...theirs, isServer: true });
        let params: Params;
        try {
          params = server.accept(extension.parse(deflateOffer(ours))[NAME]!);
        } catch (error) {
          expect((error as Error).message, which).toBe("None of the extension offers can be accepted");
          const unwilling = theirs.serverNoContextTakeover === false && ours.serverNoContextTakeover;
          const wider =
            (theirs.serverMaxWindowBits ?? 0) > (ours.serverMaxWindowBits ?? 15) ||
            (theirs.clientMaxWindowBits ?? 0) > (ours.clientMaxWindowBits ?? 15);
          expect(unwilling || wider, which).toBe(true);
          continue;
        }
        const result = checkDeflateResponse(one(extension.format({ [NAME]: params })), ours);
        const expected = inOurWords(params);
        expect(result, which).toEqual({
          ...expected,
          // What it lets us do and we do not want to, we do not.
          clientNoContextTakeover: expected.clientNoContextTakeover || ours.clientNoContextTakeover,
          clientMaxWindowBits: Math.min(expected.clientMaxWindowBits, ours.clientMaxWindowBits ?? 15),
        });
        agreed++;
      }
    }
    expect(agreed).toBeGreaterThan(500);
  });

  it("our answers to its offers are accepted, and mean the same to it", () => {
    let agreed = 0;
    for (const ours of OURS) {
      for (const theirs of THEIRS) {
        const which = `${JSON.stringify(ours)} ${JSON.stringify(theirs)}`;
        const client = new PerMessageDeflate({ ...theirs, isServer: false });
        const accepted = acceptDeflateOffer([one(extension.format({ [NAME]: client.offer() }))], ours)!;
        // Told so, it refuses what RFC 7692 §7.1.1.2 lets any server ask for.
        if (theirs.clientNoContextTakeover === false && accepted.parameters.clientNoContextTakeover) continue;
        const params = client.accept(extension.parse(accepted.response)[NAME]!);
        expect(accepted.parameters, which).toEqual(inOurWords(params));
        agreed++;
      }
    }
    expect(agreed).toBeGreaterThan(500);
  });
});

/** Every message is compressed, however short. */
function withoutThreshold<Options>(options: Options | boolean): (Options & { threshold: number }) | boolean {
  return typeof options === "boolean" ? options : { ...options, threshold: 0 };
}

describe("RFC 7692 §5 negotiated with ws over TCP", () => {
  type Given = PerMessageDeflateOptions | boolean;
  const rows: readonly (readonly [ours: Given, theirs: Given])[] = [
    [true, true],
    [{ serverNoContextTakeover: false }, {}],
    [{ clientNoContextTakeover: false }, {}],
    [{ serverMaxWindowBits: 10 }, {}],
    [{ clientMaxWindowBits: 10 }, {}],
    [{}, { serverMaxWindowBits: 11 }],
    [{}, { clientMaxWindowBits: 11 }],
    [
      { serverNoContextTakeover: false, clientNoContextTakeover: false, clientMaxWindowBits: 12 },
      { serverNoContextTakeover: true, serverMaxWindowBits: 9 },
    ],
    // zlib takes 9 for a window of 8: what it writes then fits into 8.
    [
      { clientNoContextTakeover: false, clientMaxWindowBits: 10 },
      { clientMaxWindowBits: 8, serverMaxWindowBits: 9 },
    ],
    [true, false],
    [false, true],
  ];
  /** Twice, so that the second is compressed with what the first left behind. */
  const texts = Array.from({ length: 2 }, (_, i) => JSON.stringify({ i, rows, more: rows }));

  for (const [ours, theirs] of rows) {
    const used = ours !== false && theirs !== false;
    const which = `${JSON.stringify(ours)} with ${JSON.stringify(theirs)}`;

    it(`a client of ws and our server ${used ? "agree" : "do without"}: ${which}`, async () => {
      const { url, server } = await listenAndEcho({ perMessageDeflate: withoutThreshold(ours) });
      const client = new ws.WebSocket(url, { perMessageDeflate: withoutThreshold(theirs) });
      onTestFinished(() => client.terminate());
      await nextEvent(client, "open");
      expect(client.extensions).toBe(used ? NAME : "");
      const [socket] = server.clients;
      expect(socket!.extensions.startsWith(NAME)).toBe(used);
      for (const text of texts) {
        client.send(text);
        await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: text });
      }
    });

    it(`our client and a server of ws ${used ? "agree" : "do without"}: ${which}`, async () => {
      const server = new ws.WebSocketServer({
        ...{ port: 0, host: "127.0.0.1", perMessageDeflate: withoutThreshold(theirs) },
      });
      server.on("connection", (socket) => {
        socket.on("message", (data, binary) => socket.send(data, { binary }));
      });
      onTestFinished(() => {
        for (const client of server.clients) client.terminate();
        server.close();
      });
      await new Promise((resolve) => void server.once("listening", () => resolve(undefined)));
      const { port } = server.address() as { port: number };
      const connected = new Promise<ws.WebSocket>((resolve) => void server.once("connection", resolve));
      const client = connect(`ws://127.0.0.1:${port}/`, [], { perMessageDeflate: withoutThreshold(ours) });
      await nextEvent(client, "open");
      expect((await connected).extensions).toBe(used ? NAME : "");
      expect(client.extensions.startsWith(NAME)).toBe(used);
      for (const text of texts) {
        client.send(text);
        await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: text });
      }
    });
  }

  it("Node's own client and our server agree", async () => {
    const { url } = await listen({ perMessageDeflate: true });
    const client = new WebSocket(url);
    onTestFinished(() => client.close());
    await nextEvent(client, "open");
    expect(one(client.extensions).name).toBe(NAME);
  });

  it("a server of ws that is told to refuse what we ask for refuses the handshake", async () => {
    const server = new ws.WebSocketServer({
      ...{ port: 0, host: "127.0.0.1", perMessageDeflate: { serverNoContextTakeover: false } },
    });
    onTestFinished(() => void server.close());
    await new Promise((resolve) => void server.once("listening", () => resolve(undefined)));
    const { port } = server.address() as { port: number };
    const error = await failure(connect(`ws://127.0.0.1:${port}/`, [], { perMessageDeflate: true }));
    expect(error).toMatchObject({ code: "handshake/refused", status: 400 });
  });
});
