/**
 * What the operating system and the event loop say about this process, under the names that dashboards know:
 * https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics } from "./metrics.ts";

/** How often the event loop is looked at, in milliseconds. */
const resolution = 10;

/**
 * Makes the metrics of this process in `metrics`, and starts to watch its event loop, which keeps no process alive.
 * The lag is that since the metrics were asked for last.
 *
 * @returns what ends the watching
 */
export function processMetrics(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  metrics.reading(
    "counter",
    { name: "process_cpu_seconds_total", help: "CPU time, user and system." },
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  );
  metrics.reading("gauge", { name: "process_resident_memory_bytes", help: "Memory in RAM." }, () =>
    process.memoryUsage.rss(),
  );
  metrics.reading(
    "gauge",
    { name: "process_start_time_seconds", help: "When it began, since 1970." },
    () => performance.timeOrigin / 1000,
  );
  const lag = {
    name: "nodejs_eventloop_lag_p99_seconds",
    help: "How late the event loop came, at worst in 99 %.",
  };
  metrics.reading("gauge", lag, () => {
    // What is measured is from one look to the next, and so never less than what lies between them.
    const late = Math.max(0, delay.percentile(99) / 1e6 - resolution) / 1000;
    delay.reset();
    return late;
  });
  return () => void delay.disable();
}
