import { afterEach, describe, expect, it } from "vitest";
import type { Case } from "../../src/conformance/case.ts";
import { clientCases, serverCases } from "../../src/conformance/cases/index.ts";
import { InProcessClientTarget } from "../../src/conformance/client/in-process-client-target.ts";
import { runEchoClient } from "../../src/conformance/mutants/echo-client.ts";
import { listenForHttp1 } from "../../src/conformance/mutants/echo-server.ts";
import type { RunReport } from "../../src/conformance/run/run-report.ts";
import { runCases } from "../../src/conformance/run/runner.ts";
import { ServerTarget } from "../../src/conformance/server/server-target.ts";
import { Opcode } from "../../src/conformance/wire/frame.ts";
import { between, type OddFrame, type Oddity } from "./odd-peer.ts";

const patience = 5_000;
const options = {
  suite: { name: "test", version: "0" },
  repeat: (id: string) => id,
  concurrency: 24,
  patience,
};
const correct = (): boolean => false;

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Frames = (frames: readonly OddFrame[]) => readonly OddFrame[];

/** RFC 6455 §5.4: "A sender MAY create fragments of any size for non-control messages." */
const inFragments: Frames = (frames) =>
  frames.flatMap((frame): OddFrame[] => {
    const { opcode, payload, rsv = 0, fin } = frame;
    if (opcode !== Opcode.Text && opcode !== Opcode.Binary) return [frame];
    const cuts = Array.from({ length: Math.ceil(payload.length / 1_000) }, (_, i) => 1_000 * i);
    const parts = cuts.map((at) => payload.subarray(at, at + 1_000));
    const first = { opcode, rsv, payload: Buffer.alloc(0), fin: false };
    const rest = parts.map((part, i) => ({
      opcode: Opcode.Continuation,
      payload: part,
      fin: fin && i === parts.length - 1,
    }));
    return rest.length === 0 ? [frame] : [first, ...rest];
  });

/**
 * RFC 6455 §5.5.2: "An endpoint MAY send a Ping frame any time after the connection is established and before the
 * connection is closed." §5.5.3: "A Pong frame MAY be sent unsolicited."
 */
const amongHeartbeats: Frames = ([first, ...others]) => {
  const beat = (opcode: number, text: string): OddFrame => ({
    opcode,
    payload: Buffer.from(text),
    fin: true,
  });
  return [beat(Opcode.Ping, "alive?"), beat(Opcode.Pong, "alive!"), first!, beat(Opcode.Pong, ""), ...others];
};

/** RFC 6455 §5.5.1: "The Close frame MAY contain a body", and it is only "typically" that the code is echoed. */
const withoutCode: Frames = (frames) =>
  frames.map((frame) => {
    const { opcode, payload } = frame;
    const normal = opcode === Opcode.Close && payload.length >= 2 && payload.readUInt16BE(0) === 1000;
    return normal ? { ...frame, payload: Buffer.alloc(0) } : frame;
  });

/** RFC 6455 §5.5.3: "the endpoint MAY elect to send a Pong frame for only the most recently processed Ping frame." */
const withLastPongAfterwards: Frames = (frames) => {
  const pong = frames.findLast(({ opcode }) => opcode === Opcode.Pong);
  const others = frames.filter(({ opcode }) => opcode !== Opcode.Pong);
  const close = others.findIndex(({ opcode }) => opcode === Opcode.Close);
  return others.toSpliced(close < 0 ? others.length : close, 0, ...(pong === undefined ? [] : [pong]));
};

/** RFC 9110 §5.1, §5.5 and §15.2.2: the same response, as others write it. */
function otherHead(head: string): string {
  return head
    .replace("101 Switching Protocols", "101 Web Socket Protocol Handshake")
    .replace("Upgrade: websocket", "UPGRADE:\tWebSocket  ")
    .replace("Connection: Upgrade", "connection:upgrade")
    .replace(/\r\n\r\n$/, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-Empty:\r\nset-cookie: a=b\r\n\r\n");
}

const talkative: Oddity = { frames: (frames) => amongHeartbeats(inFragments(frames)), head: otherHead };
/** RFC 6455 §7.1.1 lets a server close TCP at once, §10.4 lets it have any limit. */
const terse: Oddity = {
  frames: (frames) => withoutCode(withLastPongAfterwards(frames)),
  limit: 1_200,
  drops: true,
};

/** Chosen by how much is left to the peer in them. */
const chosen =
  /^rfc6455\/(4\.2\.2\/|5\.[134]\/|5\.5(\.\d)?\/|6\.1\/|7\.|11\.3\.\d\/|5\.2\/(\d|20\d|23\d)$|8\.1\/1\d\d)/;
/** Who waits for the end of TCP keeps the suite waiting, too. */
const chosenOfClients =
  /^rfc6455\/(4\.1\/([2-4]\d|50|60|70|92|106|110)$|5\.[134]\/|5\.5(\.\d)?\/|7\.|10\.3\/|8\.1\/10\d)/;
const compressed = /^rfc7692\/(6\.2\/[1-57]|7\.2\.3\.[1-6]\/1|7\.1\/(10|20[1-6]))$/;

function select<C extends Case<never>>(cases: readonly C[], ids: RegExp): readonly C[] {
  return cases.filter(({ id }) => ids.test(id));
}

async function runServer(oddity: Oddity, ids: RegExp): Promise<RunReport> {
  const server = await listenForHttp1(correct);
  const odd = await between({ host: server.url.hostname, port: Number(server.url.port) }, "server", oddity);
  ends.push(
    () => odd.close(),
    () => server.close(),
  );
  const target = new ServerTarget({ url: new URL(`ws://127.0.0.1:${odd.port}/`), patience });
  return runCases(select(serverCases, ids), target, options);
}

async function runClient(oddity: Oddity, ids: RegExp): Promise<RunReport> {
  const client = new InProcessClientTarget((url, random) => {
    const address = { host: url.hostname, port: Number(url.port) };
    // What the client says of the host is what it would say without anybody between.
    const head = (plain: string): string => plain.replace(/Host: .*/, `Host: ${url.host}`);
    const running = between(address, "client", { ...oddity, head }).then(({ port, close }) => {
      const through = new URL(url);
      through.port = `${port}`;
      const end = runEchoClient(through, random.next(), correct);
      return () => [end, close].forEach((part) => void part());
    });
    return () => void running.then((end) => end());
  });
  return runCases(select(clientCases, ids), client, options);
}

/** What the suite blames the peer for. */
function red({ cases }: RunReport): readonly string[] {
  return cases
    .filter(({ verdict }) => !["pass", "info", "not applicable"].includes(verdict))
    .map(({ id, verdict, findings, reason }) => `${verdict} ${id}: ${reason ?? JSON.stringify(findings)}`);
}

describe("a peer that is odd, and does nothing that is forbidden, stays green", () => {
  it("as a server that answers in fragments, among Pings and Pongs of its own, behind a head in other words", async () => {
    const report = await runServer(talkative, chosen);
    expect(red(report)).toEqual([]);
    expect(report.totals.pass).toBeGreaterThan(100);
  });

  it("as a server that closes without code, drops TCP at once, answers the last Ping last and takes 1,200 octets", async () => {
    const report = await runServer(terse, chosen);
    expect(red(report)).toEqual([]);
    expect(report.totals.pass).toBeGreaterThan(100);
  });

  it("as a server that compresses and takes little, in fragments", async () => {
    expect(red(await runServer({ ...talkative, limit: 5_000, drops: true }, compressed))).toEqual([]);
  });

  it("as a client that answers in fragments, among Pings and Pongs, and waits for the end of TCP", async () => {
    const report = await runClient({ ...talkative, waits: true }, chosenOfClients);
    expect(red(report)).toEqual([]);
    expect(report.totals.pass).toBeGreaterThan(100);
  });
});
