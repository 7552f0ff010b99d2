import { describe, expect, it } from "vitest";
import { Metrics } from "../../../src/http/metrics/metrics.ts";
import { processMetrics } from "../../../src/http/metrics/process-metrics.ts";
import { parsePrometheus } from "../parse-prometheus.ts";

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
