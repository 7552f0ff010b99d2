/**
 * A reader of the text format of Prometheus, version 0.0.4, written from its description alone and as strict as it:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 */

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

/** @throws {Error} with the line that breaks a rule */
export function parsePrometheus(text: string): ReadonlyMap<string, ParsedFamily> {
  // "The last line must end with a line feed character. Empty lines are ignored."
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, { type?: string; help?: string; samples: ParsedSample[] }>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s.exec(line);
    if (comment === null && line.startsWith("#")) continue;
    const sample = comment === null ? parseSample(line) : undefined;
    const name = comment?.[2] ?? familyOf(sample!.name, families);
    // "All lines for a given metric must be provided as one single group".
    if (name !== current && families.has(name)) throw new Error(`${name} comes in two groups: ${line}`);
    current = name;
    const family = families.get(name) ?? { samples: [] };
    families.set(name, family);
    if (sample !== undefined) addSample(family.samples, sample);
    else if (comment?.[1] === "HELP")
      family.help = once(family.help, unescaped(comment[3]!, /\\([\\n])/g), line);
    else {
      // "The TYPE line for a metric name must appear before the first sample is reported".
      if (family.samples.length > 0) throw new Error(`too late: ${line}`);
      if (!/^(?:counter|gauge|histogram|summary|untyped)$/.test(comment![3]!))
        throw new Error(`no type: ${line}`);
      family.type = once(family.type, comment![3]!, line);
    }
  }
  return new Map(
    [...families].map(([name, { type = "untyped", help = "", samples }]) => {
      if (type === "histogram") checkHistogram(name, samples);
      return [name, { type, help, samples }];
    }),
  );
}

/** "Only one HELP line may exist for any given metric name", and one TYPE line. */
function once(before: string | undefined, value: string, line: string): string {
  if (before !== undefined) throw new Error(`once more: ${line}`);
  return value;
}

/** "Each line must have a unique combination of a metric name and labels." */
function addSample(samples: ParsedSample[], sample: ParsedSample): void {
  if (samples.some((each) => identity(each) === identity(sample)))
    throw new Error(`twice: ${identity(sample)}`);
  samples.push(sample);
}

function identity({ name, labels }: ParsedSample): string {
  return JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

function familyOf(name: string, families: ReadonlyMap<string, { type?: string }>): string {
  const base = name.replace(/_(?:bucket|sum|count)$/, "");
  return families.get(base)?.type === "histogram" ? base : name;
}

/** metric_name [ "{" label_name "=" `"` label_value `"` { "," … } [ "," ] "}" ] value [ timestamp ] */
function parseSample(line: string): ParsedSample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
  if (name === undefined) throw new Error(`no name: ${line}`);
  const labels: Record<string, string> = {};
  let rest = line.slice(name.length);
  if (rest.startsWith("{")) {
    rest = rest.slice(1);
    while (!rest.startsWith("}")) {
      const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,|(?=\}))/.exec(rest);
      if (pair === null) throw new Error(`no label: ${line}`);
      if (pair[1]! in labels) throw new Error(`a label twice: ${line}`);
      labels[pair[1]!] = unescaped(pair[2]!, /\\([\\"n])/g);
      rest = rest.slice(pair[0].length);
    }
    rest = rest.slice(1);
  }
  const value = /^ +([^ ]+)$/.exec(rest)?.[1];
  if (value === undefined) throw new Error(`no value: ${line}`);
  return { name, labels, value: parseFloatOfGo(value, line) };
}

/** "NaN, +Inf, and -Inf are valid values", and numbers. */
function parseFloatOfGo(text: string, line: string): number {
  if (text === "NaN") return Number.NaN;
  if (text === "+Inf" || text === "-Inf") return text === "+Inf" ? Infinity : -Infinity;
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw new Error(`no number: ${line}`);
  return Number(text);
}

function unescaped(text: string, escapes: RegExp): string {
  return text.replace(escapes, (_whole, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

/** "Each bucket count […] The bucket with label {le="+Inf"} must exist. Its value must be identical to the value of x_count." */
function checkHistogram(name: string, samples: readonly ParsedSample[]): void {
  const series = Map.groupBy(samples, ({ labels: { le: _le, ...labels } }) => JSON.stringify(labels));
  for (const [labels, parts] of series) {
    const buckets = parts.filter((part) => part.name === `${name}_bucket`);
    const bounds = buckets.map((bucket) => parseFloatOfGo(bucket.labels.le ?? "", `${name}${labels}`));
    const counts = buckets.map(({ value }) => value);
    if (bounds.at(-1) !== Infinity) throw new Error(`${name}${labels} has no bucket for the rest`);
    for (const [i, bound] of bounds.entries()) {
      if (bound <= (bounds[i - 1] ?? -Infinity))
        throw new Error(`${name}${labels}: the bounds do not ascend`);
      if (counts[i]! < (counts[i - 1] ?? 0)) throw new Error(`${name}${labels}: the counts do not add up`);
    }
    const total = parts.find((part) => part.name === `${name}_count`)?.value;
    if (total !== counts.at(-1)) throw new Error(`${name}${labels}: the last bucket is not the count`);
    if (!parts.some((part) => part.name === `${name}_sum`)) throw new Error(`${name}${labels} has no sum`);
  }
}
