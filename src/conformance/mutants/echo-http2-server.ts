/** The mutant server over HTTP/2 (RFC 8441), with prior knowledge, on Node's own HTTP/2. */
import { createServer, type ServerHttp2Stream } from "node:http2";
import { Random } from "../random.ts";
import type { Field } from "../wire/opening.ts";
import type { Broken } from "./faults.ts";
import { Listening } from "./listening.ts";
import { MessageCodec } from "./message-codec.ts";
import { answerConnect } from "./opening-http2.ts";
import { attach } from "./transport.ts";

/** Milliseconds that an endpoint waits for the other to end a stream that is closed. */
const CLOSING_TIMEOUT = 5_000;

/** @param broken which rules the server does without */
export async function listenForHttp2(broken: Broken): Promise<Listening> {
  const server = createServer({ settings: { enableConnectProtocol: true } });
  server.on("session", (session) => session.on("error", () => session.destroy()));
  server.on("stream", (stream, _headers, _flags, raw) => answer(stream, raw, broken));
  return Listening.on(server);
}

/** @param raw names and values in turn */
function answer(stream: ServerHttp2Stream, raw: readonly string[], broken: Broken): void {
  stream.on("error", () => stream.destroy());
  const request = raw.flatMap((name, i): Field[] => (i % 2 === 0 ? [[name, raw[i + 1] ?? ""]] : []));
  const { status, fields, opens, agreement } = answerConnect(request, broken);
  stream.respond({ ":status": status, ...Object.fromEntries(fields) }, { endStream: !opens });
  if (!opens) return;
  const codec = agreement && new MessageCodec(agreement, "server", broken);
  const options = {
    role: "server",
    broken,
    random: new Random(1),
    codec,
    closingTimeout: CLOSING_TIMEOUT,
  } as const;
  attach(stream, options);
}
