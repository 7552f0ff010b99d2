/** An issuer of keys on the loopback interface, which counts who asks and answers as it is told. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { expect, vi } from "vitest";
import { JwtError } from "../../src/jwt/errors.ts";
import type { Jwk } from "../../src/jwt/jwk.ts";

export type Answer = RequestListener;

export class JwksServer {
  /** What was asked, in order. */
  readonly requests: IncomingMessage[] = [];
  /** How often somebody connected. */
  connections = 0;
  answer: Answer;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();

  private constructor(answer: Answer, tls?: { key: string; cert: string }) {
    this.answer = answer;
    const listener: RequestListener = (request, response) => {
      this.requests.push(request);
      this.answer(request, response);
    };
    this.#server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
    this.#server.on("connection", (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(answer: Answer, tls?: { key: string; cert: string }): Promise<JwksServer> {
    const server = new JwksServer(answer, tls);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    const scheme = this.#server instanceof Object && "setSecureContext" in this.#server ? "https" : "http";
    return `${scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/jwks.json`;
  }

  /** Fulfilled as soon as nobody is connected any more. */
  async isLeftAlone(): Promise<void> {
    await vi.waitFor(() => expect(this.#sockets.size).toBe(0), 15_000);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers with this JSON value, or this text. */
export function answering(body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", ...headers }).end(text);
  };
}

/** Answers with a JWK Set of these. */
export function publishing(keys: readonly Jwk[], headers: Record<string, string> = {}): Answer {
  return answering({ keys }, headers);
}

/** The code with which a promise was rejected; what it was fulfilled with, if it was. */
export function rejection<T>(promise: Promise<T>): Promise<T | string> {
  return promise.catch((error: unknown) => {
    expect(error).toBeInstanceOf(JwtError);
    return (error as JwtError).code;
  });
}

/** The error a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<JwtError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(JwtError);
  return error as JwtError;
}
