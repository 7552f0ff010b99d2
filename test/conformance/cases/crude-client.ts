/** Clients that treat every response alike, whatever is in it: for each case there is one that must be red. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { decodeFrame, encodeFrame, Opcode } from "../../../src/conformance/wire/frame.ts";
import type { EchoClient } from "./in-process-client.ts";

export interface CrudeClientOptions {
  /** The request, made of the plain one. Default: the plain one. */
  readonly request?: (plain: string) => string;
  /** What it makes of whatever ends in an empty line. Default: an acceptance. */
  readonly response?: "accepted" | "refused" | "not read";
  /** Whether it loses what comes with the response. Default false. */
  readonly loses?: boolean;
  /** The masking key of the next frame. Default: drawn at random. */
  readonly maskingKey?: () => Buffer;
}

/** A client that connects anew for each URL. */
export function crudeClient(options: CrudeClientOptions): EchoClient {
  return (url) => {
    const { hostname, port, host, pathname, search } = new URL(url);
    const plain = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Protocol: one, two",
      "Sec-WebSocket-Extensions: permessage-deflate",
      "",
      "",
    ].join("\r\n");
    const { response } = options;
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: response === "not read" });
    socket.write((options.request ?? ((head) => head))(plain), "latin1");
    socket.on("error", () => {});
    if (response === "refused") socket.once("data", () => socket.end());
    else if (response === "not read") socket.resume();
    else read(socket, options);
    return () => socket.destroy();
  };
}

function read(
  socket: Socket,
  { loses = false, maskingKey = () => randomBytes(4) }: CrudeClientOptions,
): void {
  let unread = Buffer.alloc(0);
  let open = false;
  socket.on("data", (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    if (!open) {
      const end = /\r?\n\r?\n/.exec(unread.toString("latin1"));
      if (end === null) return;
      open = true;
      unread = loses ? Buffer.alloc(0) : unread.subarray(end.index + end[0].length);
    }
    for (let found = decodeFrame(unread); found !== undefined; found = decodeFrame(unread)) {
      unread = unread.subarray(found.size);
      const { opcode, payload } = found.frame;
      const answer = opcode === Opcode.Ping ? Opcode.Pong : opcode;
      socket.write(encodeFrame({ opcode: answer, payload, maskingKey: maskingKey() }));
      if (opcode === Opcode.Close) socket.end();
    }
  });
}
