/** HTTP for applications: a router, problems, cookies, credentials, files, and node:http with limits around them. */
export { clientOf } from "../addresses.ts";
export { type ApiDocumentOptions, apiDocument, serverOperations, socketOperation } from "./api-document.ts";
export type { AttemptResult, AuthMetrics, AuthPorts, AuthRoutesOptions } from "./auth-context.ts";
export { type CookieNames, type CookieOptions, cookieNames } from "./auth-cookies.ts";
export type { AuthLimitsOptions } from "./auth-limits.ts";
export { authOperations, authTags } from "./auth-operations.ts";
export { authRoutes } from "./auth-routes.ts";
export { authSchemas } from "./auth-schemas.ts";
export {
  type AuthenticateOptions,
  authenticateRequest,
  type CredentialFields,
  defaultCookieName,
} from "./authenticate.ts";
export { type BasicCredentials, basicChallenge, parseBasic } from "./basic.ts";
export { type BearerCredentials, type BearerError, bearerChallenge, parseBearer } from "./bearer.ts";
export type { ContentForm } from "./content-fields.ts";
export { type CookieAttributes, parseCookies, serializeCookie } from "./cookies.ts";
export { type CorsOptions, cors } from "./cors.ts";
export {
  isPage,
  isSafeMethod,
  isSameOrigin,
  type OriginFields,
  type RequestSource,
  requestSource,
} from "./csrf.ts";
export type { ExchangeOptions, HttpExchange } from "./exchange-options.ts";
export type { FormFields } from "./form-content.ts";
export { type ForwardedField, TrustedProxies, type TrustedProxyOptions } from "./forwarded.ts";
export type { Handler, HttpHeaders, HttpRequest, Params } from "./handler.ts";
export { healthOperation, healthRoutes } from "./health-routes.ts";
export { defaultHttpLimits, type HttpLimits } from "./limits.ts";
export {
  type LoginAttempt,
  type LoginDecision,
  LoginLimits,
  type LoginLimitsOptions,
} from "./login-limits.ts";
export {
  Counter,
  Gauge,
  Histogram,
  type HistogramOptions,
  type Labels,
  type MetricOptions,
  Metrics,
} from "./metrics.ts";
export { type MetricsRoutesOptions, metricsOperation, metricsRoutes } from "./metrics-routes.ts";
export { type NodeListener, type NodeListenerOptions, nodeListener } from "./node-listener.ts";
export {
  type OpenApiDocument,
  type OpenApiOptions,
  openApiDocument,
  openApiOperation,
  openApiRoute,
} from "./openapi.ts";
export type { Operation, QueryParameter, RequestContent, Requirement, Schema } from "./openapi-operation.ts";
export { HttpProblem, type HttpProblemCode, type ProblemDetails, problem, problemType } from "./problem.ts";
export { type ProblemCode, type ProblemDescription, problemCodes } from "./problem-codes.ts";
export { processMetrics } from "./process-metrics.ts";
export { prometheusMediaType } from "./prometheus-text.ts";
export { type ProtectOptions, protect } from "./protect.ts";
export {
  defaultRateLimits,
  RateLimiter,
  type RateLimiterOptions,
  type RateLimitPolicies,
} from "./rate-limit.ts";
export { rateLimited, rateLimitFields } from "./rate-limit-fields.ts";
export type { ResourceServer } from "./resource-servers.ts";
export { type HttpResponse, jsonResponse, type ResponseHeaders, serializeResponse } from "./response.ts";
export { type Match, type Route, Router } from "./router.ts";
export {
  apiHeaders,
  pageHeaders,
  type StrictTransportSecurity,
  strictTransportSecurity,
} from "./security-headers.ts";
export { HttpServer, type HttpServerOptions, type UpgradeHandler } from "./server.ts";
export { type StaticOptions, staticFiles } from "./static.ts";
export type { RateLimitDecision, RateLimitPolicy } from "./token-buckets.ts";
export { upgradeRequired } from "./upgrade-required.ts";
