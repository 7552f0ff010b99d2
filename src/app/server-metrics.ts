/** What a server counts, for `GET /metrics`: requests, logins, the ends of sessions, password hashes, sockets. */
import type { Auth } from "../auth/index.ts";
import type { AuthMetrics, HttpExchange, Metrics } from "../http/index.ts";

/** From 1 ms to 10 s: a cached token takes less, a login the time of a password hash. */
const durations: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts into `metrics`; its methods are the ports of those who have something to tell. */
export class ServerMetrics implements AuthMetrics {
  readonly #requests;
  readonly #durations;
  readonly #logins;
  readonly #refreshes;

  /** @param sockets how many WebSockets are open */
  constructor(metrics: Metrics, { sessions, hasher }: Auth, sockets: () => number) {
    this.#requests = metrics.counter({
      name: "barewire_http_requests_total",
      help: "Requests that were answered, by the pattern of their route.",
      labels: ["method", "route", "status"],
    });
    this.#durations = metrics.histogram({
      name: "barewire_http_request_duration_seconds",
      help: "From the head of a request to the last byte of its response.",
      labels: ["method", "route"],
      bounds: durations,
    });
    this.#logins = metrics.counter({
      name: "barewire_logins_total",
      help: "Attempts to log in with a password.",
      labels: ["result"],
    });
    this.#refreshes = metrics.counter({
      name: "barewire_refreshes_total",
      help: "Attempts to exchange a refresh token.",
      labels: ["result"],
    });
    const ends = metrics.counter({
      name: "barewire_sessions_ended_total",
      help: "Sessions and tokens that were ended before their time.",
      labels: ["reason"],
    });
    sessions.onEnd(({ reason, elsewhere }) => {
      if (elsewhere === undefined) ends.increment({ reason });
    });
    const hashing = { name: "barewire_password_hashes_running", help: "Password hashes being computed." };
    metrics.reading("gauge", hashing, () => hasher.running);
    const waiting = {
      name: "barewire_password_hashes_waiting",
      help: "Password hashes that wait their turn.",
    };
    metrics.reading("gauge", waiting, () => hasher.waiting);
    metrics.reading("gauge", { name: "barewire_websocket_connections", help: "Open WebSockets." }, sockets);
  }

  login(result: Parameters<AuthMetrics["login"]>[0]): void {
    this.#logins.increment({ result });
  }

  refresh(result: Parameters<AuthMetrics["refresh"]>[0]): void {
    this.#refreshes.increment({ result });
  }

  exchange({ method, route, status, seconds }: HttpExchange): void {
    const of = { method: knownMethods.has(method) ? method : "other", route: route ?? "none" };
    this.#requests.increment({ ...of, status: String(status) });
    this.#durations.observe(of, seconds);
  }
}

/** Anybody may invent a method; each would be a series of its own. */
const knownMethods: ReadonlySet<string> = new Set("GET HEAD POST PUT PATCH DELETE OPTIONS".split(" "));
