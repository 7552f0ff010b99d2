/**
 * What a server of ours counts, by name: the one list of its metrics.
 */
import type { Handler, HttpRequest } from "./handler.ts";
import type { Counter, Histogram, Metrics } from "./metrics.ts";
import { HttpProblem } from "./problem.ts";

/** What is read when the metrics are asked for; what is not given is not there. */
export interface ServerReadings {
  /** Hashes of passwords that are being made. */
  readonly passwordHashesRunning?: (() => number) | undefined;
  /** Hashes of passwords that wait for their turn. */
  readonly passwordHashesWaiting?: (() => number) | undefined;
  /** Open WebSocket connections. */
  readonly webSocketConnections?: (() => number) | undefined;
}

/** What is counted when it happens. */
export interface ServerMetrics {
  readonly requests: Counter<"method" | "route" | "status">;
  readonly requestDuration: Histogram<"method" | "route">;
  /** `succeeded`, `failed`, `limited`, `busy`. */
  readonly logins: Counter<"result">;
  /** `succeeded`, `invalid`, `expired`, `reused`, `limited`. */
  readonly refreshes: Counter<"result">;
  /** `logout`, `revoked`, `reused`, `password`, `expired`. */
  readonly sessionsEnded: Counter<"reason">;
}

/** Makes the metrics of a server in `metrics`. */
export function serverMetrics(metrics: Metrics, readings: ServerReadings = {}): ServerMetrics {
  const made: ServerMetrics = {
    requests: metrics.counter({
      name: "barewire_http_requests_total",
      help: "Requests answered, by method, pattern of the route and status.",
      labels: ["method", "route", "status"],
    }),
    requestDuration: metrics.histogram({
      name: "barewire_http_request_duration_seconds",
      help: "From the end of a request's head to the beginning of its answer.",
      labels: ["method", "route"],
      bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
    logins: metrics.counter({
      name: "barewire_logins_total",
      help: "Logins with a password, by how they ended.",
      labels: ["result"],
    }),
    refreshes: metrics.counter({
      name: "barewire_refreshes_total",
      help: "Refreshes of a session, by how they ended.",
      labels: ["result"],
    }),
    sessionsEnded: metrics.counter({
      name: "barewire_sessions_ended_total",
      help: "Sessions ended, by why.",
      labels: ["reason"],
    }),
  };
  const gauge = (name: string, help: string, read: (() => number) | undefined): void => {
    if (read !== undefined) metrics.reading("gauge", { name: `barewire_${name}`, help }, read);
  };
  gauge("password_hashes_running", "Hashes of passwords being made.", readings.passwordHashesRunning);
  gauge("password_hashes_waiting", "Hashes of passwords that wait.", readings.passwordHashesWaiting);
  gauge("websocket_connections", "Open WebSocket connections.", readings.webSocketConnections);
  return made;
}

/**
 * `handler`, with every answer counted. Put it outermost: it sees what the others answer and throw.
 *
 * @param now milliseconds that never go back, such as those of `performance.now`
 */
export function counted(handler: Handler, metrics: ServerMetrics, now: () => number): Handler {
  return (request) => {
    const started = now();
    const count = (status: number): void => {
      const { method, route } = labelsOf(request);
      metrics.requests.increment({ method, route, status: String(status) });
      metrics.requestDuration.observe({ method, route }, (now() - started) / 1000);
    };
    const fail = (error: unknown): never => {
      count(error instanceof HttpProblem ? error.status : 500);
      throw error;
    };
    try {
      const response = handler(request);
      if (!(response instanceof Promise)) {
        count(response.status);
        return response;
      }
      return response.then((answered) => {
        count(answered.status);
        return answered;
      }, fail);
    } catch (error) {
      return fail(error);
    }
  };
}

/** The methods that routes have. */
const methods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The values are ours, not the client's: what it may choose freely would make series without end. */
function labelsOf({ method, route = "none" }: HttpRequest): {
  readonly method: string;
  readonly route: string;
} {
  return { method: methods.includes(method) ? method : "other", route };
}
