import { describe, expect, it } from "vitest";
import { Metrics } from "../../src/http/metrics.ts";
import { HttpProblem } from "../../src/http/problem.ts";
import { processMetrics } from "../../src/http/process-metrics.ts";
import { Router } from "../../src/http/router.ts";
import { counted, serverMetrics } from "../../src/http/server-metrics.ts";
import { parsePrometheus } from "./parse-prometheus.ts";
import { requestOf } from "./request-of.ts";

describe("the metrics of a server", () => {
  it("have names that say whose they are and of what kind", () => {
    const metrics = new Metrics();
    serverMetrics(metrics, {
      passwordHashesRunning: () => 2,
      passwordHashesWaiting: () => 64,
      webSocketConnections: () => 12,
    });
    const families = parsePrometheus(metrics.text());
    expect([...families].map(([name, { type }]) => [name, type])).toEqual([
      ["barewire_http_requests_total", "counter"],
      ["barewire_http_request_duration_seconds", "histogram"],
      ["barewire_logins_total", "counter"],
      ["barewire_refreshes_total", "counter"],
      ["barewire_sessions_ended_total", "counter"],
      ["barewire_password_hashes_running", "gauge"],
      ["barewire_password_hashes_waiting", "gauge"],
      ["barewire_websocket_connections", "gauge"],
    ]);
    expect(families.get("barewire_password_hashes_waiting")?.samples[0]?.value).toBe(64);
  });

  it("leave out what nobody can read", () => {
    const metrics = new Metrics();
    serverMetrics(metrics);
    expect(metrics.text()).not.toMatch(/password_hashes|websocket/);
  });
});

describe("a handler whose answers are counted", () => {
  const router = new Router()
    .add("GET", "/rooms/:room", () => ({ status: 200 }))
    .add("POST", "/slow", async () => ({ status: 201 }))
    .add("POST", "/refuses", () => {
      throw new HttpProblem(429, "http/rate-limited", "No.");
    })
    .add("POST", "/breaks", () => Promise.reject(new Error("a fault of ours")));
  const requests = [
    ["GET", "/rooms/1"],
    ["GET", "/rooms/2"],
    ["PUT", "/rooms/2"],
    ["POST", "/slow"],
    ["POST", "/refuses"],
    ["POST", "/breaks"],
    ["GET", "/nowhere/1"],
    ["PROPFIND", "/nowhere/2"],
  ] as const;

  it("counts each by its method, its route and its status, and never by a path", async () => {
    const metrics = new Metrics();
    let clock = 0;
    const handler = counted(router.handle, serverMetrics(metrics), () => (clock += 30));
    const answers = await Promise.allSettled(
      requests.map(async ([method, path]) => handler(requestOf(method, path))),
    );
    expect(answers.map(({ status }) => status === "rejected")).toEqual([
      ...[false, false, false, false],
      ...[true, true, false, false],
    ]);
    const families = parsePrometheus(metrics.text());
    const counts = families.get("barewire_http_requests_total")!.samples.map(({ labels, value }) => {
      return `${labels.method} ${labels.route} ${labels.status}: ${value}`;
    });
    expect(counts.toSorted()).toEqual([
      "GET /rooms/:room 200: 2",
      "GET none 404: 1",
      "POST /breaks 500: 1",
      "POST /refuses 429: 1",
      "POST /slow 201: 1",
      "PUT /rooms/:room 405: 1",
      "other none 404: 1",
    ]);
  });

  it("times each in seconds", () => {
    const metrics = new Metrics();
    let clock = 0;
    counted(router.handle, serverMetrics(metrics), () => (clock += 30))(requestOf("GET", "/rooms/1"));
    const { samples } = parsePrometheus(metrics.text()).get("barewire_http_request_duration_seconds")!;
    const labels = { method: "GET", route: "/rooms/:room" };
    expect(samples).toContainEqual({
      name: "barewire_http_request_duration_seconds_sum",
      labels,
      value: 0.03,
    });
    const counts = samples.filter(({ labels: { le } }) => le === "0.025" || le === "0.05");
    expect(counts.map(({ value }) => value)).toEqual([0, 1]);
  });
});

describe("the metrics of a process", () => {
  it("are those that dashboards know, and are there", () => {
    const metrics = new Metrics();
    const stop = processMetrics(metrics);
    const families = parsePrometheus(metrics.text());
    stop();
    expect([...families].map(([name, { type }]) => [name, type])).toEqual([
      ["process_cpu_seconds_total", "counter"],
      ["process_resident_memory_bytes", "gauge"],
      ["process_start_time_seconds", "gauge"],
      ["nodejs_eventloop_lag_p99_seconds", "gauge"],
    ]);
    const value = (name: string): number => families.get(name)!.samples[0]!.value;
    expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(value("process_start_time_seconds")).toBeGreaterThan(Date.UTC(2025, 0) / 1000);
    expect(value("process_start_time_seconds")).toBeLessThanOrEqual(Date.now() / 1000);
    expect(value("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  });
});
