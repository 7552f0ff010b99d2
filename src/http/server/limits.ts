/**
 * What a client of the HTTP server may make grow or last, and the defaults.
 */

/** Of the content of requests. */
export interface ContentLimits {
  /** The most content we read of one request. */
  readonly maxContentBytes: number;
  /** How long reading it may take, in milliseconds. */
  readonly contentTimeout: number;
}

/** Of one request and its response. */
export interface ExchangeLimits extends ContentLimits {
  /** How long the rest of a refused content is read, so that the client gets to see the refusal; milliseconds. */
  readonly lingerTimeout: number;
}

/** Durations in milliseconds. */
export interface HttpLimits extends ExchangeLimits {
  /** The request line and all fields together. */
  readonly maxHeaderBytes: number;
  /** From the connection's or the last response's end to the end of the head. */
  readonly headersTimeout: number;
  /** The same to the end of the content. */
  readonly requestTimeout: number;
  /** How often these two are checked, and so how late they can be. */
  readonly checkInterval: number;
  /** How long an idle connection is kept for another request. */
  readonly keepAliveTimeout: number;
  /** How long nothing may move on a connection while a response is due. */
  readonly stallTimeout: number;
  readonly maxRequestsPerConnection: number;
  readonly maxConnections: number;
  /** Per `clientOf` an address, so per /64 of IPv6. Those of trusted proxies are not counted. */
  readonly maxConnectionsPerAddress: number;
}

/** What holds unless told otherwise. */
export const defaultHttpLimits: HttpLimits = {
  maxContentBytes: 64 * 1024,
  contentTimeout: 10_000,
  lingerTimeout: 2_000,
  maxHeaderBytes: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  checkInterval: 1_000,
  keepAliveTimeout: 5_000,
  stallTimeout: 60_000,
  maxRequestsPerConnection: 10_000,
  maxConnections: 100_000,
  maxConnectionsPerAddress: 1_000,
};
