/** The HTTP request of an opening handshake, as an application and `acceptUpgrade` see it. */
import type { IncomingMessage } from "node:http";
import type { HandshakeRequest } from "./handshake.ts";
import { groupHeaders, type Headers } from "./header.ts";

/** Where the request came from, in the words of `node:http`; nothing here depends on the socket living on. */
export class UpgradeRequest implements HandshakeRequest {
  readonly method: string;
  /** The request target as it was sent: path and query. */
  readonly target: string;
  readonly httpVersion: string;
  /** Lower-case name → values in order of arrival. */
  readonly headers: Headers;
  readonly secure: boolean;
  /** Empty when the peer is already gone. */
  readonly remoteAddress: string;

  constructor(message: IncomingMessage) {
    this.method = message.method ?? "";
    this.target = message.url ?? "";
    this.httpVersion = message.httpVersion;
    this.headers = groupHeaders(message.rawHeaders);
    this.secure = "encrypted" in message.socket;
    this.remoteAddress = message.socket.remoteAddress ?? "";
  }

  /** The value of one header, its lines joined with ", " (RFC 9110 §5.3); undefined when it was not sent. */
  header(name: string): string | undefined {
    return this.headers.get(name.toLowerCase())?.join(", ");
  }

  /** The path of the target, without its query. */
  get path(): string {
    const [path = ""] = this.#originForm().split("?", 1);
    return path === "" ? "/" : path;
  }

  get query(): URLSearchParams {
    const target = this.#originForm();
    const start = target.indexOf("?");
    return new URLSearchParams(start < 0 ? "" : target.slice(start));
  }

  /** RFC 6455 §4.2.1, item 1: the target may also be an absolute HTTP or HTTPS URI. */
  #originForm(): string {
    return this.target.replace(/^https?:\/\/[^/?]*/i, "");
  }
}
