import { describe, expect, it } from "vitest";
import { handshakeForClients, handshakeForServers } from "../../../src/conformance/cases/handshake.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { type CrudeClientOptions, crudeClient } from "./crude-client.ts";
import { accepting, answering, type CrudeServerOptions, listen } from "./crude-server.ts";
import { runClient, runServer } from "./handshake-run.ts";

/** Milliseconds. What has a list of cases has to be red for what it does, and not because it was late. */
const PATIENCE = 400;
/** Crude peers leave much without an answer. */
const LITTLE = 60;

const deflate = "Sec-WebSocket-Extensions: permessage-deflate";
const close = "Connection: close";

/** What a server does to every request, and cases that have to be red with it; without a list, what is left. */
const servers: readonly (readonly [does: string, server: CrudeServerOptions, red?: readonly string[]])[] = [
  [
    "chooses a subprotocol that nobody offered",
    { answer: accepting("Sec-WebSocket-Protocol: own") },
    ["rfc6455/4.2.2/8", "rfc6455/4.2.2/9", "rfc6455/4.2.2/10", "rfc6455/4.2.2/11", "rfc6455/11.3.4/2"],
  ],
  [
    "chooses two subprotocols",
    { answer: accepting("Sec-WebSocket-Protocol: x-first, x-second") },
    ["rfc6455/4.2.2/9", "rfc6455/4.2.2/10", "rfc6455/11.3.4/2"],
  ],
  [
    "says its subprotocol twice",
    { answer: accepting("Sec-WebSocket-Protocol: x-first", "Sec-WebSocket-Protocol: x-first") },
    ["rfc6455/4.2.2/9", "rfc6455/11.3.4/2"],
  ],
  [
    "uses an extension that nobody offered",
    { answer: accepting("Sec-WebSocket-Extensions: x-own") },
    ["rfc6455/4.2.2/12", "rfc6455/4.2.2/13", "rfc6455/9.1/1", "rfc6455/9.1/2"],
  ],
  [
    "takes up whatever is offered",
    { answer: (head) => accepting(/^Sec-WebSocket-Extensions: .*$/m.exec(head)?.[0] ?? "X-A: a")(head) },
    ["rfc6455/9.1/1", "rfc6455/9.1/2", "rfc6455/9.1/9"],
  ],
  ["lists its extensions on two lines", { answer: accepting(deflate, deflate) }, ["rfc6455/11.3.2/1"]],
  ["says Upgrade twice", { answer: accepting("Upgrade: websocket") }, ["rfc6455/4.2.2/7"]],
  [
    "has two Accepts",
    { answer: accepting("Sec-WebSocket-Accept: x") },
    ["rfc6455/11.3.3/1", "rfc6455/4.2.2/2"],
  ],
  [
    "gives everybody the Accept of the RFC's example",
    { answer: () => accepting()("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==") },
    ["rfc6455/4.2.2/3", "rfc6455/4.2.2/4", "rfc6455/4.2.2/5", "rfc6455/4.2.2/6"],
  ],
  ["has a Content-Length with 101", { answer: accepting("Content-Length: 0") }, ["rfc9110/8.6/1"]],
  [
    "has a Transfer-Encoding with 101",
    { answer: accepting("Transfer-Encoding: chunked") },
    ["rfc9112/6.1/1"],
  ],
  ["has a line that is no field", { answer: accepting("no field") }, ["rfc6455/4.2.2/1"]],
  [
    "loses what is behind a request",
    { answer: accepting() },
    ["30", "31", "32", "33", "34", "35", "36"].map((number) => `rfc6455/4.2.2/${number}`),
  ],
  [
    "goes on with HTTP behind the handshake",
    { answer: accepting(), behind: "read as a request" },
    ["rfc6455/4.2.2/36"],
  ],
  [
    "takes content for frames",
    { answer: accepting(), behind: "read as frames" },
    ["rfc9112/6.3/2", "rfc9112/6.3/3"],
  ],
  [
    "says 405, and not what is allowed",
    { answer: answering("405 Method Not Allowed") },
    ["rfc9110/10.2.1/1"],
  ],
  ["says 426, and not what is required", { answer: answering("426 Upgrade Required") }, ["rfc9110/7.8/2"]],
  [
    "refuses, and does not say which version it speaks",
    { answer: answering("426 Upgrade Required", "Upgrade: websocket") },
    ["rfc6455/4.4/1", "rfc6455/4.4/2", "rfc6455/4.4/3", "rfc6455/4.4/4", "rfc6455/4.4/7"],
  ],
  [
    "says that it speaks the version that it refuses",
    { answer: answering("426 Upgrade Required", "Sec-WebSocket-Version: 13, 25") },
    ["rfc6455/4.4/6"],
  ],
  [
    "says that it closes, and does not",
    { answer: answering("400 Bad Request", close), closes: false },
    ["rfc9112/9.6/1"],
  ],
  [
    "closes, and does not say it",
    { answer: answering("400 Bad Request") },
    ["rfc9112/9.3/1", "rfc9112/9.3/2"],
  ],
  [
    "refuses origins with 400",
    { answer: answering("400 Bad Request", close) },
    ["1", "2", "3"].map((n) => `rfc6455/10.2/${n}`),
  ],
  ["accepts everything", { answer: accepting() }],
  ["refuses everything", { answer: answering("400 Bad Request", close) }],
  [
    "says of everything that it is a fault of its own",
    { answer: answering("500 Internal Server Error", close) },
  ],
];

/** A request in which everything is wrong. */
const WRONG = [
  "POST nowhere#fragment HTTP/1.0",
  "X Spaced: a",
  "Sec-WebSocket-Key: short",
  "Sec-WebSocket-Key: short",
  "Sec-WebSocket-Version: 12",
  "Sec-WebSocket-Version: 12",
  "Sec-WebSocket-Protocol: one, one",
  "Sec-WebSocket-Extensions: x-own; =1",
  "Origin: nowhere",
  "Content-Length: 6",
  "",
  "early!",
].join("\r\n");

/** A request with this line in the place of one of its own. */
function asking(line: RegExp, by: string): CrudeClientOptions {
  return { request: (plain) => plain.replace(line, by) };
}

const clients: readonly (readonly [does: string, client: CrudeClientOptions, red?: readonly string[]])[] = [
  ["sends another method", asking(/^GET/, "HEAD"), ["rfc6455/4.1/2"]],
  ["sends another version of HTTP", asking(/1\.1/, "1.0"), ["rfc6455/4.1/3"]],
  ["asks for another target", asking(/\?.* HTTP/, " HTTP"), ["rfc6455/4.1/4"]],
  ["names its host without the port", asking(/(Host: [\d.]+):\d+/, "$1"), ["rfc6455/4.1/5"]],
  ["has one key for all", asking(/Key: .*/, "Key: dGhlIHNhbXBsZSBub25jZQ=="), ["rfc6455/4.1/9"]],
  ["has a key of 15 octets", asking(/Key: .*/, "Key: AAAAAAAAAAAAAAAAAAAA"), ["rfc6455/4.1/8"]],
  ["asks for a subprotocol twice", asking(/one, two/, "one, one"), ["rfc6455/4.1/11"]],
  ["offers an extension that is not registered", asking(/permessage-deflate/, "x-own"), ["rfc6455/9.1/51"]],
  ["has a quotation without an end in its offer", asking(/-deflate/, '-deflate; a="'), ["rfc6455/9.1/50"]],
  ["sends its Host last", asking(/(Host: .*\r\n)(.*\r\n)/, "$2$1"), ["rfc9110/7.2/1"]],
  ["sends octets behind its request", asking(/$/, "early!"), ["rfc6455/4.1/13"]],
  ["has one masking key", { maskingKey: () => Buffer.from("same") }, ["rfc6455/10.3/1", "rfc6455/10.3/2"]],
  ["counts its masking keys", counting(), ["rfc6455/10.3/1"]],
  [
    "loses what is behind the response",
    { loses: true },
    ["41", "42", "43", "44", "45", "46"].map((number) => `rfc6455/4.1/${number}`),
  ],
  ["asks for everything as it should not", { request: () => WRONG }],
  ["offers no extension, and takes everything", asking(/.*permessage-deflate\r\n/, "")],
  ["takes everything", {}],
  ["takes nothing", { response: "refused" }],
  ["neither takes anything nor ends", { response: "not read" }],
];

/** Masking keys of which each is the next number. */
function counting(): CrudeClientOptions {
  let count = 0;
  const maskingKey = (): Buffer => {
    const key = Buffer.alloc(4);
    key.writeUInt32BE(count++);
    return key;
  };
  return { maskingKey };
}

/** The cases with these ids, or all. */
function chosen<C extends { readonly id: string }>(
  cases: readonly C[],
  ids?: readonly string[],
): readonly C[] {
  return ids === undefined ? cases : cases.filter(({ id }) => ids.includes(id));
}

function red({ cases }: RunReport): readonly string[] {
  return cases.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id }) => id);
}

describe("a server of the crudest kind is seen through", () => {
  const left = new Set(handshakeForServers.map(({ id }) => id));

  for (const [does, crude, ids] of servers) {
    it(`when it ${does}`, async () => {
      const server = await listen(crude);
      const cases = chosen(handshakeForServers, ids ?? [...left]);
      const found = red(await runServer(server.url, ids === undefined ? LITTLE : PATIENCE, cases));
      server.close();
      if (ids !== undefined) expect(found.toSorted()).toEqual(ids.toSorted());
      for (const id of found) left.delete(id);
    });
  }

  it("whatever it does: no case passes with all of them", () => expect([...left]).toEqual([]));
});

describe("a client of the crudest kind is seen through", () => {
  const left = new Set(handshakeForClients.map(({ id }) => id));

  for (const [does, crude, ids] of clients) {
    it(`when it ${does}`, async () => {
      const cases = chosen(handshakeForClients, ids ?? [...left]);
      const found = red(await runClient(crudeClient(crude), ids === undefined ? LITTLE : PATIENCE, cases));
      if (ids !== undefined) expect(found.toSorted()).toEqual(ids.toSorted());
      for (const id of found) left.delete(id);
    });
  }

  it("whatever it does: no case passes with all of them", () => expect([...left]).toEqual([]));
});
