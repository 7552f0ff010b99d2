/** Requests for handlers that are tested without a server. */
import type { HttpRequest } from "../../src/http/message/handler.ts";

export function requestOf(method: string, path: string, headers: Record<string, string> = {}): HttpRequest {
  return {
    method,
    path,
    headers,
    query: new URLSearchParams(),
    params: {},
    id: "request-1",
    remoteAddress: "192.0.2.1",
    clientAddress: "192.0.2.1",
    signal: new AbortController().signal,
    contentForm: "none",
    json: async () => undefined,
    form: async () => new Map(),
  };
}
