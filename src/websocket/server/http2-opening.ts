/** RFC 8441: an opening handshake as a request of HTTP/2, whose stream becomes the connection. */
import type { ServerHttp2Stream } from "node:http2";
import {
  acceptExtendedConnect,
  type ExtendedConnect,
  readExtendedConnect,
} from "../handshake/extended-connect.ts";
import type { Accepted, HandshakeOptions, Refused } from "../handshake/handshake.ts";
import type { UpgradeRequest } from "../handshake/upgrade-request.ts";
import { connectRequest, writeAccepted, writeHttp2Refusal } from "./http2.ts";
import { drop, type Opening } from "./opening.ts";

const NO_BYTES: Buffer = Buffer.alloc(0);

export class Http2Opening implements Opening {
  readonly request: UpgradeRequest;
  readonly stream: ServerHttp2Stream;
  readonly #connect: ExtendedConnect;

  private constructor(stream: ServerHttp2Stream, connect: ExtendedConnect) {
    this.stream = stream;
    this.#connect = connect;
    this.request = connectRequest(stream, connect);
    stream.on("end", drop);
  }

  /**
   * @param rawHeaders names and values in turn, pseudo-header fields too
   * @returns undefined when it is no extended CONNECT for a WebSocket
   */
  static of(stream: ServerHttp2Stream, rawHeaders: readonly string[]): Http2Opening | undefined {
    const connect = readExtendedConnect(rawHeaders);
    return connect && new Http2Opening(stream, connect);
  }

  get isPending(): boolean {
    return this.stream.writable;
  }

  decide(options: HandshakeOptions): Accepted | Refused {
    const { secure } = this.request;
    return acceptExtendedConnect({ ...this.#connect, secure, ended: this.stream.endAfterHeaders }, options);
  }

  accept(answer: Accepted): ReturnType<Opening["accept"]> {
    this.stream.off("end", drop);
    writeAccepted(this.stream, answer);
    return { stream: this.stream, head: NO_BYTES };
  }

  refuse(refused: Refused): void {
    this.stream.off("end", drop);
    writeHttp2Refusal(this.stream, refused);
  }
}
