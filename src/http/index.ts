/** HTTP for applications: a router, problems, cookies, credentials, files, and node:http with limits around them. */
export { clientOf } from "../addresses.ts";
export {
  type ApiDocumentOptions,
  apiDocument,
  serverOperations,
  socketOperation,
} from "./auth/api-document.ts";
export type { AttemptResult, AuthMetrics, AuthPorts, AuthRoutesOptions } from "./auth/auth-context.ts";
export { type CookieNames, type CookieOptions, cookieNames } from "./auth/auth-cookies.ts";
export type { AuthLimitsOptions } from "./auth/auth-limits.ts";
export { authOperations, authTags } from "./auth/auth-operations.ts";
export { authRoutes } from "./auth/auth-routes.ts";
export { authSchemas } from "./auth/auth-schemas.ts";
export {
  type AuthenticateOptions,
  authenticateRequest,
  type CredentialFields,
  defaultCookieName,
  realm,
  refuseTokenIn,
} from "./credentials/authenticate.ts";
export { type BasicCredentials, basicChallenge, parseBasic } from "./credentials/basic.ts";
export {
  type BearerCredentials,
  type BearerError,
  bearerChallenge,
  parseBearer,
} from "./credentials/bearer.ts";
export { type CookieAttributes, parseCookies, serializeCookie } from "./credentials/cookies.ts";
export {
  isPage,
  isSafeMethod,
  isSameOrigin,
  type OriginFields,
  type RequestSource,
  requestSource,
} from "./credentials/csrf.ts";
export { type ProtectOptions, protect } from "./credentials/protect.ts";
export type { ResourceServer } from "./credentials/resource-servers.ts";
export type { ContentForm } from "./message/content-fields.ts";
export type { FormFields } from "./message/form-content.ts";
export type { Handler, HttpHeaders, HttpRequest, Params } from "./message/handler.ts";
export {
  HttpProblem,
  type HttpProblemCode,
  type ProblemDetails,
  problem,
  problemType,
} from "./message/problem.ts";
export { type ProblemCode, type ProblemDescription, problemCodes } from "./message/problem-codes.ts";
export {
  type HttpResponse,
  jsonResponse,
  type ResponseHeaders,
  serializeResponse,
} from "./message/response.ts";
export {
  apiHeaders,
  pageHeaders,
  type StrictTransportSecurity,
  strictTransportSecurity,
} from "./message/security-headers.ts";
export {
  Counter,
  Gauge,
  Histogram,
  type HistogramOptions,
  type Labels,
  type MetricOptions,
  Metrics,
} from "./metrics/metrics.ts";
export { type MetricsRoutesOptions, metricsOperation, metricsRoutes } from "./metrics/metrics-routes.ts";
export { processMetrics } from "./metrics/process-metrics.ts";
export { prometheusMediaType } from "./metrics/prometheus-text.ts";
export {
  type OpenApiDocument,
  type OpenApiOptions,
  openApiDocument,
  openApiOperation,
  openApiRoute,
} from "./openapi/openapi.ts";
export type {
  Operation,
  QueryParameter,
  RequestContent,
  Requirement,
  Schema,
} from "./openapi/openapi-operation.ts";
export {
  type LoginAttempt,
  type LoginDecision,
  LoginLimits,
  type LoginLimitsOptions,
} from "./rates/login-limits.ts";
export {
  defaultRateLimits,
  RateLimiter,
  type RateLimiterOptions,
  type RateLimitPolicies,
} from "./rates/rate-limit.ts";
export { rateLimited, rateLimitFields } from "./rates/rate-limit-fields.ts";
export type { RateLimitDecision, RateLimitPolicy } from "./rates/token-buckets.ts";
export { roomOperations, roomTags } from "./rooms/room-operations.ts";
export { type RoomRoutesOptions, roomRoutes } from "./rooms/room-routes.ts";
export { roomSchemas } from "./rooms/room-schemas.ts";
export type {
  MayGrant,
  MintRoomToken,
  RoomDetails,
  RoomPeer,
  RoomSettings,
  RoomSummary,
  RoomsPort,
  WantedRoomToken,
} from "./rooms/rooms-port.ts";
export { type CorsOptions, cors } from "./routing/cors.ts";
export { type HealthReport, healthOperation, healthRoutes } from "./routing/health-routes.ts";
export { type Match, type Route, Router } from "./routing/router.ts";
export { type StaticOptions, staticFiles } from "./routing/static.ts";
export type { ExchangeOptions, HttpExchange } from "./server/exchange-options.ts";
export { type ForwardedField, TrustedProxies, type TrustedProxyOptions } from "./server/forwarded.ts";
export { defaultHttpLimits, type HttpLimits } from "./server/limits.ts";
export { type NodeListener, type NodeListenerOptions, nodeListener } from "./server/node-listener.ts";
export { HttpServer, type HttpServerOptions, type UpgradeHandler } from "./server/server.ts";
export { upgradeRequired } from "./server/upgrade-required.ts";
