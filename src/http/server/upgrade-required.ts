/**
 * RFC 9110 §15.5.22: what a resource that is there for WebSocket alone answers to any other request.
 */
import type { Handler } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";

/** A handler for the path of the WebSocket, which gets what did not ask for an upgrade: always 426. */
export function upgradeRequired(): Handler {
  return () => upgradeRequiredProblem("This resource speaks WebSocket only.").response;
}

/**
 * The refusal of a request that WebSocket alone would do for. Whoever writes it adds the Connection field.
 *
 * RFC 9110 §15.5.22: "The server MUST send an Upgrade header field in a 426 response"
 */
export function upgradeRequiredProblem(detail: string): HttpProblem {
  return new HttpProblem(426, "http/upgrade-required", detail, { upgrade: "websocket" });
}
