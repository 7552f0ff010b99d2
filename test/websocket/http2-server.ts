/** A WebSocketServer that takes extended CONNECTs, too. */
import type { ServerHttp2Stream } from "node:http2";
import { attachTo, detachFrom, type HttpServer } from "../../src/websocket/attachment.ts";
import { Endpoint } from "../../src/websocket/endpoint.ts";
import { acceptExtendedConnect, readExtendedConnect } from "../../src/websocket/extended-connect.ts";
import { type Refused, refuse } from "../../src/websocket/handshake.ts";
import { connectRequest, writeAccepted, writeHttp2Refusal } from "../../src/websocket/http2.ts";
import { type Decision, WebSocketServer, type WebSocketServerOptions } from "../../src/websocket/server.ts";

type Options = Omit<WebSocketServerOptions, "server"> & { readonly server: HttpServer };

export class Http2WebSocketServer extends WebSocketServer {
  readonly #options: Options;
  readonly #clients = new Set<Endpoint>();
  #closing = false;

  constructor(options: Options) {
    const { server, ...rest } = options;
    super(rest);
    this.#options = options;
    attachTo(server, this);
  }

  override get clients(): ReadonlySet<Endpoint> {
    return new Set([...super.clients, ...this.#clients]);
  }

  upgradeHttp2(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void {
    const connect = readExtendedConnect(rawHeaders);
    if (stream.destroyed || connect === undefined) return;
    const request = connectRequest(stream, connect);
    stream.on("error", () => stream.destroy());
    const answer = this.#closing
      ? refuse(503, "the server is going away")
      : acceptExtendedConnect(
          { ...connect, secure: request.secure, ended: stream.endAfterHeaders },
          this.#options,
        );
    if (!answer.accepted) {
      writeHttp2Refusal(stream, answer);
      return;
    }
    const perform = (decision: Decision): void => {
      if (!stream.writable) return;
      if (decision !== undefined && !("close" in decision)) {
        writeHttp2Refusal(stream, decision as Refused);
        return;
      }
      writeAccepted(stream, answer);
      const socket = new Endpoint(this.#options);
      socket.subprotocol = answer.subprotocol;
      this.#clients.add(socket);
      socket.addEventListener("close", () => this.#clients.delete(socket));
      socket.addEventListener("open", () => {
        if (decision !== undefined) socket.close(decision.close.code, decision.close.reason);
        else this.emit("connection", { type: "connection", target: this, socket, request });
      });
      socket.attach(stream, "server", Buffer.alloc(0));
    };
    const decision = this.#options.accept?.(request);
    if (decision instanceof Promise) decision.then(perform);
    else perform(decision);
  }

  override async close(code = 1001, reason = ""): Promise<void> {
    this.#closing = true;
    const gone = [...this.#clients].map(
      (socket) => new Promise<void>((resolve) => socket.addEventListener("close", () => resolve())),
    );
    for (const socket of this.#clients) socket.close(code, reason);
    await Promise.all(gone);
    await super.close(code, reason);
    detachFrom(this.#options.server, this);
  }
}
