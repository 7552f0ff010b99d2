/**
 * The metrics over HTTP. They tell how much goes on and when, so nobody gets them unasked.
 */
import { createHash } from "node:crypto";
import { equalBytes } from "../../bytes.ts";
import { bearerChallenge, parseBearer } from "../credentials/bearer.ts";
import type { HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import type { Operation } from "../openapi/openapi-operation.ts";
import type { Router } from "../routing/router.ts";
import type { Metrics } from "./metrics.ts";
import { prometheusMediaType } from "./prometheus-text.ts";

/** Which metrics are shown, and to whom. */
export interface MetricsRoutesOptions {
  readonly metrics: Pick<Metrics, "text">;
  /**
   * What a scraper sends as `Authorization: Bearer …`; 16 characters or more. `"public"` lets everybody in: say so
   * only where nobody else can reach the server. Without either, nobody.
   */
  readonly token?: string | undefined;
}

/**
 * Adds `GET /metrics`.
 *
 * @throws {TypeError} when the token is too short to be kept secret, or could not be sent
 */
export function metricsRoutes(router: Router, { metrics, token }: MetricsRoutesOptions): Router {
  if (token !== undefined && token !== "public" && !isUsable(token)) {
    throw new TypeError("a token for metrics has 16 or more of the characters A-Z a-z 0-9 - . _ ~ + /");
  }
  const expected = token === undefined ? undefined : digestOf(token);
  return router.add("GET", "/metrics", (request) => {
    if (expected === undefined) throw closed();
    if (token !== "public") checkToken(request, expected);
    return {
      status: 200,
      headers: { "content-type": prometheusMediaType, "cache-control": "no-store" },
      body: metrics.text(),
    };
  });
}

/** The description of {@link metricsRoutes}. */
export const metricsOperation: Operation = {
  method: "GET",
  pattern: "/metrics",
  id: "metrics",
  summary: "Figures for Prometheus",
  security: [{ scheme: "metrics" }],
  responses: {
    200: {
      description: "The text format of Prometheus, version 0.0.4.",
      content: { "text/plain": { type: "string" } },
    },
  },
  problems: { 401: ["auth/missing-credentials", "token/invalid"], 403: ["auth/metrics-closed"] },
};

function isUsable(token: string): boolean {
  const credentials = parseBearer(`Bearer ${token}`);
  return token.length >= 16 && credentials !== "malformed";
}

/** @throws {HttpProblem} 401 */
function checkToken({ headers }: HttpRequest, expected: Uint8Array): void {
  const credentials = parseBearer(headers.authorization);
  if (credentials === undefined) {
    const detail = "Send the token for metrics as a bearer token.";
    throw unauthorized("auth/missing-credentials", detail, bearerChallenge(realm));
  }
  if (credentials !== "malformed" && equalBytes(digestOf(credentials.token), expected)) return;
  const description = "This is not the token for metrics";
  const challenge = bearerChallenge(realm, { error: "invalid_token", description });
  throw unauthorized("token/invalid", `${description}.`, challenge);
}

const realm = "metrics";

/** Compared in place of the tokens, so that the time says nothing of a length either. */
function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

function unauthorized(
  code: "auth/missing-credentials" | "token/invalid",
  detail: string,
  challenge: string,
): HttpProblem {
  return new HttpProblem(401, code, detail, { "www-authenticate": challenge });
}

function closed(): HttpProblem {
  const detail =
    'The metrics are closed. Start the server with a token for them and send it here as a bearer token, or with "public" in its place.';
  return new HttpProblem(403, "auth/metrics-closed", detail);
}
