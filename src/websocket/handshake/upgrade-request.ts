/** The HTTP request of an opening handshake, as an application and `acceptUpgrade` see it. */
import type { IncomingMessage } from "node:http";
import type { HandshakeRequest } from "./handshake.ts";
import { groupHeaders, type Headers } from "./header.ts";

/** A request as plain data: what `RequestHeadReader` or HTTP/2 gives, and where it came from. */
export interface RequestData {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** "1.1" and so on. */
  readonly httpVersion: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** Empty when the peer is already gone. */
  readonly remoteAddress: string;
}

/** Nothing here depends on the connection living on. */
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

  constructor(source: IncomingMessage | RequestData) {
    const data = "target" in source ? source : dataOf(source);
    this.method = data.method;
    this.target = data.target;
    this.httpVersion = data.httpVersion;
    this.headers = groupHeaders(data.rawHeaders);
    this.secure = data.secure;
    this.remoteAddress = data.remoteAddress;
  }

  /** The request of `node:http`. */
  static of(message: IncomingMessage): UpgradeRequest {
    return new UpgradeRequest(dataOf(message));
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

function dataOf({ method, url, httpVersion, rawHeaders, socket }: IncomingMessage): RequestData {
  return {
    method: method ?? "",
    target: url ?? "",
    httpVersion,
    rawHeaders,
    secure: "encrypted" in socket,
    remoteAddress: socket.remoteAddress ?? "",
  };
}
