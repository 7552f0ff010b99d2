/**
 * The text format of Prometheus, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 *     # HELP barewire_logins_total Logins by how they ended.
 *     # TYPE barewire_logins_total counter
 *     barewire_logins_total{result="succeeded"} 12
 */

/** What `text` is. */
export const prometheusMediaType = "text/plain; version=0.0.4; charset=utf-8";

/** One line. `suffix` comes after the name of its family, which parts of a histogram need. */
export interface Sample {
  readonly suffix?: "_bucket" | "_sum" | "_count" | undefined;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/** All lines of one name. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  samples(): Iterable<Sample>;
}

/** Families as text, in their order. Each ends with a line feed, the last one too, as the format demands. */
export function prometheusText(families: Iterable<MetricFamily>): string {
  let text = "";
  for (const family of families) {
    const { name, help, type } = family;
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    for (const { suffix = "", labels, value } of family.samples()) {
      const pairs = labels.map(([label, text]) => `${label}="${escapeValue(text)}"`).join(",");
      text += `${name}${suffix}${pairs === "" ? "" : `{${pairs}}`} ${numberText(value)}\n`;
    }
  }
  return text;
}

/** As Go's ParseFloat reads it: JavaScript writes numbers the same way, but for the infinities. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
