import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Metrics } from "../../../src/http/metrics/metrics.ts";
import { prometheusText, type Sample } from "../../../src/http/metrics/prometheus-text.ts";
import { type ParsedSample, parsePrometheus } from "../parse-prometheus.ts";

function samplesOf(metrics: Metrics, name: string): readonly ParsedSample[] {
  return parsePrometheus(metrics.text()).get(name)!.samples;
}

describe("figures with labels that are read when they are asked for", () => {
  it("are as they are then, and no more than there is room for", () => {
    const metrics = new Metrics();
    let rooms: readonly (readonly [string, number])[] = [
      ["b", 2],
      ["a", 1],
      ["c", 3],
    ];
    const options = { name: "peers", help: "Peers.", labels: ["room"], maxSeries: 2 } as const;
    metrics.readings("gauge", options, () => rooms.map(([room, value]) => [{ room }, value]));
    expect(samplesOf(metrics, "peers")).toMatchObject([
      { labels: { room: "b" }, value: 2 },
      { labels: { room: "a" }, value: 1 },
    ]);
    rooms = [];
    expect(samplesOf(metrics, "peers")).toEqual([]);
  });

  it("escape what strangers have named", () => {
    const metrics = new Metrics();
    const name = 'a"b\\c\nd';
    metrics.readings("counter", { name: "x_total", help: "X.", labels: ["name"] }, () => [[{ name }, 1]]);
    expect(samplesOf(metrics, "x_total")).toMatchObject([{ labels: { name }, value: 1 }]);
  });

  it("have names that are good, and are there once", () => {
    const metrics = new Metrics();
    metrics.readings("gauge", { name: "x", help: "X.", labels: ["a"] }, () => []);
    expect(() => metrics.readings("gauge", { name: "x", help: "X." }, () => [])).toThrow(TypeError);
    expect(() => metrics.readings("gauge", { name: "y", help: "Y.", labels: ["__a"] }, () => [])).toThrow(
      TypeError,
    );
  });
});

describe("the text format of Prometheus", () => {
  it("is written as its description shows", () => {
    const metrics = new Metrics();
    const requests = metrics.counter({
      name: "http_requests_total",
      help: "Requests.",
      labels: ["method", "code"],
    });
    requests.increment({ method: "post", code: "200" }, 1027);
    requests.increment({ method: "post", code: "400" }, 3);
    metrics.gauge({ name: "temperature", help: "How warm it is." }).set({}, -3.5);
    const sizes = metrics.histogram({ name: "size_bytes", help: "Sizes.", bounds: [10, 100] });
    for (const size of [1, 10, 11, 100.5]) sizes.observe({}, size);
    expect(metrics.text()).toBe(
      `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027
http_requests_total{method="post",code="400"} 3
# HELP temperature How warm it is.
# TYPE temperature gauge
temperature -3.5
# HELP size_bytes Sizes.
# TYPE size_bytes histogram
size_bytes_bucket{le="10"} 2
size_bytes_bucket{le="100"} 3
size_bytes_bucket{le="+Inf"} 4
size_bytes_sum 122.5
size_bytes_count 4
`,
    );
  });

  it("escapes line feeds and backslashes, and quotes in the values of labels alone", () => {
    const samples = (): Iterable<Sample> => [{ labels: [["b", 'C:\\ "x"\n']], value: Number.NaN }];
    expect(prometheusText([{ name: "a", help: 'C:\\ "x"\n', type: "gauge", samples }])).toBe(
      `# HELP a C:\\\\ "x"\\n\n# TYPE a gauge\na{b="C:\\\\ \\"x\\"\\n"} NaN\n`,
    );
  });

  it("is read back as it was, by a reader made from the description, whatever is in it", () => {
    const unit = fc.constantFrom(...'"\\\n\r\t,{}=#nx é\u2028\u{1f600}');
    const family = fc.record({
      name: fc.constantFrom("a", "b_total", "_c", "d:e", "F9"),
      help: fc.string({ unit }),
      type: fc.constantFrom("counter" as const, "gauge" as const),
      values: fc.uniqueArray(fc.string({ unit }), { minLength: 1, maxLength: 4 }),
      numbers: fc.array(fc.double(), { minLength: 4, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(family, { selector: ({ name }) => name, maxLength: 3 }), (families) => {
        const text = prometheusText(
          families.map(({ values, numbers, ...rest }) => ({
            ...rest,
            samples: () =>
              values.map((value, i) => ({ labels: [["a", value]] as const, value: numbers[i]! })),
          })),
        );
        const parsed = families.length === 0 ? new Map() : parsePrometheus(text);
        for (const { name, help, type, values, numbers } of families) {
          const samples = values.map((a, i) => ({ name, labels: { a }, value: numbers[i]! + 0 }));
          expect(parsed.get(name)).toEqual({ type, help, samples });
        }
      }),
      { numRuns: 100, seed: 4004 },
    );
  });

  it.each([
    ["a value that is none", 'a{b="c"} x\n'],
    ["no end of the last line", "a 1"],
    ["two groups of one name", 'a 1\nb 1\na{x="y"} 1\n'],
    ["a type after a sample", "a 1\n# TYPE a counter\n"],
    ["a quote that was not escaped", 'a{b="c"d"} 1\n'],
    ["the same series twice", 'a{b="c"} 1\na{b="c"} 2\n'],
    ["a histogram without a last bucket", '# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
    [
      "a histogram that shrinks",
      '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
  ])("has that reader refuse %s", (_what, text) => {
    expect(() => parsePrometheus(text)).toThrow();
  });
});

describe("metrics", () => {
  it("count from 0 where there are no labels, and from the first count where there are", () => {
    const metrics = new Metrics();
    metrics.counter({ name: "plain_total", help: "" });
    metrics.counter({ name: "labelled_total", help: "", labels: ["a"] });
    expect(samplesOf(metrics, "plain_total")).toEqual([{ name: "plain_total", labels: {}, value: 0 }]);
    expect(samplesOf(metrics, "labelled_total")).toEqual([]);
  });

  it("are read when they are asked for", () => {
    const metrics = new Metrics();
    let open = 0;
    metrics.reading("gauge", { name: "open", help: "" }, () => open);
    open = 7;
    expect(samplesOf(metrics, "open")).toMatchObject([{ value: 7 }]);
  });

  it("keep values apart that look alike when they are put together", () => {
    const metrics = new Metrics();
    const counter = metrics.counter({ name: "a_total", help: "", labels: ["x", "y"] });
    for (const [x, y] of [
      ["1:", "2"],
      ["1", ":2"],
      ["", "1:2"],
    ] as const)
      counter.increment({ x, y });
    expect(samplesOf(metrics, "a_total").map(({ value }) => value)).toEqual([1, 1, 1]);
  });

  it("count what would be a series too many for the rest, so that the sum stays true", () => {
    const metrics = new Metrics();
    const counter = metrics.counter({ name: "a_total", help: "", labels: ["path", "status"], maxSeries: 3 });
    for (let i = 0; i < 100; i++) counter.increment({ path: `/${i}`, status: "200" });
    counter.increment({ path: "/1", status: "200" });
    const samples = samplesOf(metrics, "a_total");
    expect(samples.map(({ labels, value }) => [labels.path, labels.status, value])).toEqual([
      ["/0", "200", 1],
      ["/1", "200", 2],
      ["/2", "200", 1],
      ["other", "other", 97],
    ]);
  });

  it("have a histogram for each combination of labels", () => {
    const metrics = new Metrics();
    const seconds = metrics.histogram({ name: "s", help: "", labels: ["route"], bounds: [0.1, 1] });
    seconds.observe({ route: "/a" }, 0.05);
    seconds.observe({ route: "/b" }, 5);
    const last = samplesOf(metrics, "s").filter(({ name }) => name === "s_sum");
    expect(last.map(({ labels, value }) => [labels.route, value])).toEqual([
      ["/a", 0.05],
      ["/b", 5],
    ]);
  });

  it("refuse to shrink or to count what is no number", () => {
    const metrics = new Metrics();
    const counter = metrics.counter({ name: "a_total", help: "" });
    expect(() => counter.increment({}, -1)).toThrow(RangeError);
    expect(() => counter.increment({}, Number.NaN)).toThrow(RangeError);
    expect(() => metrics.histogram({ name: "h", help: "", bounds: [1] }).observe({}, Number.NaN)).toThrow(
      RangeError,
    );
  });

  it.each<[string, (metrics: Metrics) => void]>([
    ["a name with a dash", (metrics) => metrics.counter({ name: "a-b", help: "" })],
    ["a name twice", (metrics) => [1, 2].map(() => metrics.gauge({ name: "a", help: "" }))],
    ["a label with a colon", (metrics) => metrics.gauge({ name: "a", help: "", labels: ["b:c"] })],
    ["a label of Prometheus's own", (metrics) => metrics.gauge({ name: "a", help: "", labels: ["__b"] })],
    ["a label twice", (metrics) => metrics.gauge({ name: "a", help: "", labels: ["b", "b"] })],
    [
      "a label le of a histogram",
      (metrics) => metrics.histogram({ name: "a", help: "", labels: ["le"], bounds: [] }),
    ],
    ["bounds that do not ascend", (metrics) => metrics.histogram({ name: "a", help: "", bounds: [1, 1] })],
    ["a bound without end", (metrics) => metrics.histogram({ name: "a", help: "", bounds: [Infinity] })],
    ["no room", (metrics) => metrics.gauge({ name: "a", help: "", maxSeries: 0 })],
  ])("refuse %s", (_what, make) => {
    expect(() => make(new Metrics())).toThrow(TypeError);
  });
});
