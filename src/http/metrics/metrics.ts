/**
 * Figures that a monitoring system comes to fetch: counters, gauges and histograms with labels.
 *
 * https://prometheus.io/docs/concepts/data_model/ · https://prometheus.io/docs/concepts/metric_types/
 *
 * Each combination of the values of a metric's labels is a series that stays until the process ends. So there is a
 * bound: what would be one too many counts for the series whose labels are all `other`. Sums stay true; what is lost is
 * which. A label's values should be a known few: patterns of routes, not paths; never names of users.
 */
import { type MetricFamily, numberText, prometheusText, type Sample } from "./prometheus-text.ts";

/** What a metric is called. */
export interface MetricOptions<Label extends string = never> {
  /** With its unit at the end, and `_total` behind that of a counter. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly labels?: readonly Label[] | undefined;
  /** How many series there are, beside the one for the rest; 1,000 by default. */
  readonly maxSeries?: number | undefined;
}

/** A value for each label. */
export type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** The metrics of a process, or of a part of it. */
export class Metrics {
  readonly #families = new Map<string, MetricFamily>();

  /** @throws {TypeError} when a name is malformed or there already; so do the others */
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    return this.#add(new Counter(options));
  }

  gauge<Label extends string = never>(options: MetricOptions<Label>): Gauge<Label> {
    return this.#add(new Gauge(options));
  }

  histogram<Label extends string = never>(options: HistogramOptions<Label>): Histogram<Label> {
    return this.#add(new Histogram(options));
  }

  /** A figure that is read when it is asked for. What `read` throws, {@link text} throws. */
  reading(type: "counter" | "gauge", options: MetricOptions, read: () => number): void {
    checkNames(options);
    const { name, help } = options;
    this.#add({ name, help, type, samples: () => [{ labels: [], value: read() }] });
  }

  /**
   * Figures with labels that are read when they are asked for: a value for each label, and the figure. No more than
   * `maxSeries` are told, the first ones.
   */
  readings<Label extends string>(
    type: "counter" | "gauge",
    options: MetricOptions<Label>,
    read: () => readonly (readonly [labels: Labels<Label>, value: number])[],
  ): void {
    checkNames(options);
    const { name, help, labels: names = [], maxSeries = 1_000 } = options;
    const samples = (): Sample[] =>
      read()
        .slice(0, maxSeries)
        .map(([labels, value]) => ({ labels: names.map((label) => [label, labels[label]]), value }));
    this.#add({ name, help, type, samples });
  }

  /** All of them in the order in which they were made; see `prometheusMediaType`. */
  text(): string {
    return prometheusText(this.#families.values());
  }

  #add<Family extends MetricFamily>(family: Family): Family {
    if (this.#families.has(family.name)) throw new TypeError(`there are two metrics named ${family.name}`);
    this.#families.set(family.name, family);
    return family;
  }
}

/** What the metrics with labels have in common: a state for each series. */
abstract class Family<Label extends string, State> implements MetricFamily {
  abstract readonly type: MetricFamily["type"];
  readonly name: string;
  readonly help: string;
  readonly #labels: readonly Label[];
  readonly #maxSeries: number;
  readonly #series = new Map<string, { readonly values: readonly string[]; state: State }>();

  constructor(options: MetricOptions<Label>) {
    checkNames(options);
    const { name, help, labels = [], maxSeries = 1_000 } = options;
    this.name = name;
    this.help = help;
    this.#labels = labels;
    this.#maxSeries = maxSeries;
  }

  *samples(): Iterable<Sample> {
    for (const { values, state } of this.#series.values()) {
      yield* this.samplesOf(
        state,
        this.#labels.map((label, i) => [label, values[i]!]),
      );
    }
  }

  protected abstract initial(): State;

  protected abstract samplesOf(state: State, labels: Sample["labels"]): Iterable<Sample>;

  protected seriesOf(given: Labels<Label>): { state: State } {
    const values = this.#labels.map((label) => given[label]);
    const key = keyOf(values);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size < this.#maxSeries) return this.#begin(key, values);
    const rest = values.map(() => "other");
    const restKey = keyOf(rest);
    return this.#series.get(restKey) ?? this.#begin(restKey, rest);
  }

  #begin(key: string, values: readonly string[]): { state: State } {
    const series = { values, state: this.initial() };
    this.#series.set(key, series);
    return series;
  }
}

/** No two lists of texts have the same. */
function keyOf(values: readonly string[]): string {
  let key = "";
  for (const value of values) key += `${value.length}:${value}`;
  return key;
}

/** Only ever grows. One without labels begins at 0, those with labels when they are first counted. */
export class Counter<Label extends string = never> extends Family<Label, number> {
  readonly type = "counter";

  constructor(options: MetricOptions<Label>) {
    super(options);
    if (options.labels === undefined) this.seriesOf({} as Labels<Label>);
  }

  /** @throws {RangeError} when `by` is negative or no number */
  increment(labels: Labels<Label>, by = 1): void {
    if (!(by >= 0)) throw new RangeError(`${this.name} cannot grow by ${by}`);
    this.seriesOf(labels).state += by;
  }

  protected initial(): number {
    return 0;
  }

  protected samplesOf(value: number, labels: Sample["labels"]): Iterable<Sample> {
    return [{ labels, value }];
  }
}

/** What goes up and down. */
export class Gauge<Label extends string = never> extends Family<Label, number> {
  readonly type = "gauge";

  set(labels: Labels<Label>, value: number): void {
    this.seriesOf(labels).state = value;
  }

  protected initial(): number {
    return 0;
  }

  protected samplesOf(value: number, labels: Sample["labels"]): Iterable<Sample> {
    return [{ labels, value }];
  }
}

/** What a histogram is called, and what it tells apart. */
export interface HistogramOptions<Label extends string = never> extends MetricOptions<Label> {
  /** The upper bounds of the buckets, ascending; what belongs to a bound counts below it. +Inf is added. */
  readonly bounds: readonly number[];
}

interface Distribution {
  /** By bucket, each for itself; the last one is what is above all bounds. */
  readonly counts: number[];
  sum: number;
}

/** How many values lie below each of a few bounds. */
export class Histogram<Label extends string = never> extends Family<Label, Distribution> {
  readonly type = "histogram";
  readonly #bounds: readonly number[];

  /** @throws {TypeError} when the bounds do not ascend */
  constructor(options: HistogramOptions<Label>) {
    super(options);
    const { name, bounds, labels = [] } = options;
    if (bounds.some((bound, i) => !Number.isFinite(bound) || bound <= (bounds[i - 1] ?? -Infinity))) {
      throw new TypeError(`the bounds of ${name} do not ascend`);
    }
    if ((labels as readonly string[]).includes("le")) throw new TypeError(`${name} has a label le already`);
    this.#bounds = bounds;
  }

  /** @throws {RangeError} when `value` is no number */
  observe(labels: Labels<Label>, value: number): void {
    if (Number.isNaN(value)) throw new RangeError(`${this.name} cannot count NaN`);
    const { state } = this.seriesOf(labels);
    let bucket = 0;
    while (bucket < this.#bounds.length && value > this.#bounds[bucket]!) bucket++;
    state.counts[bucket]!++;
    state.sum += value;
  }

  protected initial(): Distribution {
    return { counts: new Array<number>(this.#bounds.length + 1).fill(0), sum: 0 };
  }

  protected *samplesOf({ counts, sum }: Distribution, labels: Sample["labels"]): Iterable<Sample> {
    let below = 0;
    for (const [i, count] of counts.entries()) {
      below += count;
      const le = numberText(this.#bounds[i] ?? Infinity);
      yield { suffix: "_bucket", labels: [...labels, ["le", le]], value: below };
    }
    yield { suffix: "_sum", labels, value: sum };
    yield { suffix: "_count", labels, value: below };
  }
}

/** Names that begin with two underscores are Prometheus's own. */
function checkNames({ name, labels = [], maxSeries = 1 }: MetricOptions<string>): void {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name))
    throw new TypeError(`${JSON.stringify(name)} names no metric`);
  for (const label of labels) {
    if (!/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(label))
      throw new TypeError(`${name} cannot have a label ${label}`);
  }
  if (new Set(labels).size !== labels.length) throw new TypeError(`${name} has a label twice`);
  if (!Number.isSafeInteger(maxSeries) || maxSeries < 1)
    throw new TypeError(`${name} has no room for a series`);
}
