/**
 * What exchanges may be told, and what they make of it once for all.
 */
import { randomBytes } from "node:crypto";
import { type Log, silentLog } from "../../log.ts";
import type { Handler } from "../message/handler.ts";
import {
  apiHeaders,
  type StrictTransportSecurity,
  strictTransportSecurity,
} from "../message/security-headers.ts";
import { TrustedProxies, type TrustedProxyOptions } from "./forwarded.ts";
import { defaultHttpLimits, type ExchangeLimits } from "./limits.ts";
import { requestIds } from "./request-id.ts";

/** One request that was answered, or was to be: what metrics are made of. */
export interface HttpExchange {
  readonly method: string;
  /** The pattern of the route; undefined when none was found. Unlike paths there are only so many. */
  readonly route: string | undefined;
  readonly status: number;
  /** From the head of the request to the last byte of the response. */
  readonly seconds: number;
  /** Whether the connection ended before the response did. */
  readonly aborted: boolean;
}

/** Who answers requests, and who is told about them. */
export interface ExchangeOptions {
  /** Answers every request: `router.handle`, or any function. */
  readonly handler: Handler;
  readonly log?: Log | undefined;
  /** The proxies before us. By default none: the peer of the connection is the client. */
  readonly trustedProxies?: TrustedProxyOptions | undefined;
  /** Makes names of requests. By default 8 random characters of this server and a number. */
  readonly requestId?: (() => string) | undefined;
  /** Told of every exchange when it is over. */
  readonly onExchange?: ((exchange: HttpExchange) => void) | undefined;
  /** Sends Strict-Transport-Security with every response. By default not: that is for whoever ends TLS. */
  readonly strictTransportSecurity?: StrictTransportSecurity | undefined;
}

/** What an exchange needs of its server. */
export interface ExchangeContext {
  readonly handler: Handler;
  readonly log: Log;
  readonly limits: ExchangeLimits;
  readonly proxies: TrustedProxies | undefined;
  readonly nextId: () => string;
  readonly onExchange: ((exchange: HttpExchange) => void) | undefined;
  /** Of every response that does not say otherwise: names and values in turn. */
  readonly fields: readonly string[];
}

/** @throws {TypeError | RangeError} when an option is not what it should be */
export function exchangeContext(
  options: ExchangeOptions & { readonly limits?: Partial<ExchangeLimits> | undefined },
): ExchangeContext {
  const { trustedProxies, requestId, strictTransportSecurity: transport } = options;
  const fields = Object.entries(apiHeaders as Readonly<Record<string, string>>);
  if (transport !== undefined) fields.push(["strict-transport-security", strictTransportSecurity(transport)]);
  return {
    handler: options.handler,
    log: options.log ?? silentLog,
    limits: { ...defaultHttpLimits, ...options.limits },
    proxies: trustedProxies && new TrustedProxies(trustedProxies),
    nextId: requestId ?? requestIds(randomBytes(6).toString("base64url")),
    onExchange: options.onExchange,
    fields: fields.flat(),
  };
}
