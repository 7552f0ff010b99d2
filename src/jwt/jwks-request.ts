/**
 * One GET for a JWK Set, with nothing left to the server: where it may send us, how much it may send, and
 * what it may call that. How long it may take is in the signal.
 */
import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from "node:http";
import { request as requestHttps } from "node:https";
import { JwtError } from "./errors.ts";

/** What goes with the request, and its limits. */
export interface JwksRequestOptions {
  /** Octets in the body. */
  readonly maxBytes: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request at once, with its reason for an error. */
  readonly signal: AbortSignal;
  /** By default none: a connection of its own, which ends with the response. */
  readonly agent?: Agent | undefined;
  /** The authorities trusted for TLS, in place of those that come with Node. */
  readonly ca?: CertificateAuthorities | undefined;
}

/** PEM text, or several of them. */
export type CertificateAuthorities = string | Buffer | readonly (string | Buffer)[];

/** A response that is whole. */
export interface JwksResponse {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

const MAX_REDIRECTS = 3;
const MAX_HEADER_BYTES = 16_384;

/**
 * Asks for a JWK Set. Redirects are followed within the origin only: that is what was trusted, and an open
 * redirect or a forgotten domain must not move the trust elsewhere.
 *
 * @throws {JwtError} `jwks/unreachable`, `jwks/too-large`, `jwks/malformed`, each with a cause where there is one
 * @throws what `node:http` throws at once, when the agent is for another scheme for instance
 */
export async function requestJwks(url: URL, options: JwksRequestOptions): Promise<JwksResponse> {
  let target = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    options.signal.throwIfAborted();
    const response = await open(target, options);
    try {
      const location = redirection(response);
      if (location === undefined)
        return { body: await readBody(response, options), headers: response.headers };
      target = redirect(target, location);
    } catch (error) {
      throw options.signal.aborted ? options.signal.reason : error;
    } finally {
      // Whatever is still to come is not wanted; what came whole is not hurt.
      response.destroy();
    }
  }
  throw unreachable(`The source redirects more than ${MAX_REDIRECTS} times`);
}

/** Sends the request; fulfilled as soon as the header section is there. */
function open(url: URL, { headers, signal, agent, ca }: JwksRequestOptions): Promise<IncomingMessage> {
  const requestOptions: RequestOptions & { ca?: CertificateAuthorities } = {
    agent: agent ?? false,
    headers: {
      ...headers,
      Accept: "application/jwk-set+json, application/json",
      // Nothing is unpacked here, so that nothing small can become large.
      "Accept-Encoding": "identity",
    },
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
    ...(ca !== undefined && { ca }),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(
      url,
      requestOptions as RequestOptions,
    );
    request.once("response", (response) => {
      // RFC 9112 §8, of a body that ends with the connection: it "is considered complete unless an error was
      // indicated by the underlying connection". Of such an error node:http tells the request alone.
      request.once("error", (cause) => response.destroy(cause));
      response.on("error", () => {}); // Whoever reads the body is told; others need not be.
      resolve(response);
    });
    request.on("error", (cause) => {
      reject(signal.aborted ? signal.reason : unreachable("The source cannot be reached", cause));
    });
    // After an answer 101 to nobody's upgrade, node:http closes and emits neither of the two.
    request.once("close", () => reject(unreachable("The source closed the connection without an answer")));
    request.end();
  });
}

/** RFC 9110 §15.4: the statuses that say where else to look. */
const redirectStatuses: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/** Where the response points to; `undefined` when it is the one we want. */
function redirection({ statusCode, headers }: IncomingMessage): string | undefined {
  if (statusCode === 200) return undefined;
  if (redirectStatuses.has(statusCode) && headers.location !== undefined) return headers.location;
  throw unreachable(`The source answered with status ${statusCode}`);
}

function redirect(from: URL, location: string): URL {
  const target = URL.parse(location, from.href);
  if (target === null) throw unreachable("The source redirects to something that is no URL");
  // The origin is not enough: of blob:https://… it is that of the URL inside.
  const isElsewhere = target.protocol !== from.protocol || target.origin !== from.origin;
  if (isElsewhere || target.username !== "" || target.password !== "") {
    throw unreachable("The source redirects to another origin");
  }
  return target;
}

async function readBody(
  response: IncomingMessage,
  { maxBytes, signal }: JwksRequestOptions,
): Promise<Buffer> {
  checkType(response.headers);
  if (Number(response.headers["content-length"]) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof JwtError ? error : unreachable("The response was cut off", error);
  }
  // It may look whole all the same: one that ends with the connection, or came in this very moment.
  signal.throwIfAborted();
  return Buffer.concat(chunks, size);
}

/**
 * RFC 7517 §8.5.1 registers `application/jwk-set+json`; `application/json` is what most servers say. What
 * says that it is something else is not taken for a key set: a file that somebody uploaded, or a log-in
 * page. What says nothing is judged by its contents, which RFC 9110 §8.3 leaves to us.
 */
function checkType(headers: IncomingHttpHeaders): void {
  const type = /^[^;]*/
    .exec(headers["content-type"] ?? "application/json")![0]
    .trim()
    .toLowerCase();
  if (type !== "application/jwk-set+json" && type !== "application/json") {
    throw new JwtError("jwks/malformed", "The source's answer is not of a JSON media type");
  }
  const coding = headers["content-encoding"]?.trim().toLowerCase();
  if (coding !== undefined && coding !== "identity") {
    throw new JwtError("jwks/malformed", "The source's answer is compressed, which was not asked for");
  }
}

function tooLarge(maxBytes: number): JwtError {
  return new JwtError("jwks/too-large", `The source's answer is longer than ${maxBytes} octets`);
}

/** A `jwks/unreachable`, with what is behind it. */
export function unreachable(message: string, cause?: unknown): JwtError {
  return new JwtError("jwks/unreachable", message, { cause });
}
