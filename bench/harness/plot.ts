/**
 * Draws a {@link Plot} as SVG. Pure: the same samples make the same picture.
 *
 * Bars begin at 1, which is the reference, and the axis is logarithmic: a bar to the right says how many times
 * more a contender costs, one to the left how many times less, and twice is as long as half. The background is
 * opaque, so that the picture reads the same on a light and on a dark page.
 */
import type { CustomSeriesOption, EChartsOption } from "echarts";
import type { Bound, Plot } from "./bench.ts";
import { boundFor, type Circumstances, compare, contendersOf, figure, renderBound } from "./report.ts";
import type { Ratio } from "./statistics.ts";

const WIDTH = 960;
const TOP = 84;
const BOTTOM = 96;
const LEFT = 132;
const RIGHT = 52;
/** A bar, and the space it takes. */
const BAR = 10;
const STEP = 13;
/** Between two groups. */
const GAP = 14;

const font = "system-ui, sans-serif";
const background = "#ffffff";
const ink = "#1f2328";
const faint = "#59636e";
const ruled = "#d1d9e0";
const goalColour = "#b3261e";

/** Who is compared keeps one colour in all pictures; to be told apart also by those who do not see all of them. */
const colours: Readonly<Record<string, string>> = {
  barewire: "#0969da",
  "barewire-portable": "#80ccff",
  bun: "#1a7f37",
  "fast-jwt": "#e69f00",
  jsonwebtoken: "#cc79a7",
  jose: "#2a9d8f",
  ws: "#e69f00",
  "net-floor": "#8c959f",
};
const furtherColours = ["#7a5195", "#8c6d31", "#56b4e9", "#5c6770"] as const;

/** A bar: where it stands in its group, and how far it reaches. */
interface Bar {
  readonly row: number;
  /** From the middle of the group to that of the bar, in pixels. */
  readonly offset: number;
  readonly ratio: Ratio;
  readonly goal: Bound | undefined;
}

interface Drawing {
  readonly plot: Plot;
  /** All but the reference, the subject first. */
  readonly names: readonly string[];
  readonly bars: ReadonlyMap<string, readonly Bar[]>;
  /** From the middle of one group to that of the next. */
  readonly band: number;
}

/**
 * The picture as the text of an SVG file.
 *
 * @throws {RangeError} when there is nobody to compare with the plot's reference
 */
export async function renderPlot(plot: Plot, circumstances: Circumstances): Promise<string> {
  const drawing = drawingOf(plot);
  // Heavy, and needed only here.
  const { init } = await import("echarts");
  const height = TOP + plot.rows.length * drawing.band + BOTTOM;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption(optionOf(drawing, circumstances));
    return `${titled(still(chart.renderToSVGString({ useViewBox: true })), plot.title)}\n`;
  } finally {
    chart.dispose();
  }
}

/** Takes out what serves a mouse, which is half of it, and numbered so that each picture would be another. */
function still(svg: string): string {
  return svg
    .replaceAll(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replaceAll(/<style[\s\S]*?<\/style>\s*/g, "");
}

/** With a title, for those who do not see the picture. */
function titled(svg: string, title: string): string {
  const text = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return svg.replace(/^<svg [^>]*>/, (start) => `${start}\n<title>${text}</title>`);
}

function drawingOf(plot: Plot): Drawing {
  const { rows, comparison } = plot;
  const { reference, subject } = comparison;
  const others = contendersOf(rows).filter((name) => name !== reference);
  const names = [...others.filter((name) => name === subject), ...others.filter((name) => name !== subject)];
  if (names.length === 0) throw new RangeError(`the plot "${plot.name}" compares nobody`);
  const bars = new Map<string, Bar[]>(names.map((name) => [name, []]));
  rows.forEach((row, index) => {
    const present = names.filter((name) => compare(row, name, comparison) !== undefined);
    present.forEach((name, place) => {
      const offset = (place - (present.length - 1) / 2) * STEP;
      const ratio = compare(row, name, comparison)!;
      bars.get(name)!.push({ row: index, offset, ratio, goal: boundFor(row, name, comparison) });
    });
  });
  return { plot, names, bars, band: names.length * STEP + GAP };
}

function optionOf(drawing: Drawing, circumstances: Circumstances): EChartsOption {
  const { plot, names } = drawing;
  return {
    animation: false,
    backgroundColor: background,
    textStyle: { fontFamily: font, color: ink },
    title: [
      { text: plot.title, left: 16, top: 14, textStyle: { fontSize: 17, color: ink } },
      {
        text: captionOf(plot, circumstances),
        left: 16,
        bottom: 12,
        textStyle: { fontSize: 11, fontWeight: "normal", color: faint, lineHeight: 15 },
      },
    ],
    legend: {
      left: 12,
      top: 46,
      itemWidth: 14,
      itemHeight: 10,
      itemGap: 18,
      icon: "rect",
      textStyle: { fontSize: 12, color: ink },
    },
    grid: { left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM },
    xAxis: ratioAxis(drawing),
    yAxis: {
      type: "category",
      inverse: true,
      data: plot.rows.map(({ cell }) => cell),
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: { show: true, lineStyle: { color: ruled } },
      axisLabel: { fontSize: 12, color: ink, width: LEFT - 24, overflow: "break" },
    },
    series: [...names.map((name) => barsOf(drawing, name)), ...goalsOf(drawing)],
  };
}

/** Below the picture: how and where it was measured. */
function captionOf({ rows }: Plot, { machine, packages, date }: Circumstances): string {
  const rounds = Math.max(
    ...rows.flatMap(({ samples }) => Object.values(samples).map(({ length }) => length)),
  );
  return [
    `Median of ${rounds} alternating rounds; the thin line goes from the least to the greatest. Logarithmic.`,
    [`${date} · ${machine.cpu}, ${machine.cores} cores · Node ${machine.node}`, ...packages].join(" · "),
  ].join("\n");
}

/** From a power of two to another: as far as anything reaches, and at least one to each side of the reference. */
function ratioAxis({ plot, bars }: Drawing): NonNullable<EChartsOption["xAxis"]> {
  const spreads = [...bars.values()].flat().flatMap(({ ratio }) => [ratio.least, ratio.greatest]);
  const goals = [...bars.values()].flat().flatMap(({ goal }) => (goal === undefined ? [] : [limitOf(goal)]));
  const exponents = [...spreads, ...goals].map(Math.log2);
  return {
    type: "log",
    logBase: 2,
    min: 2 ** Math.floor(Math.min(-1, ...exponents)),
    max: 2 ** Math.ceil(Math.max(1, ...exponents)),
    name: `${plot.quantity}. 1× is ${plot.comparison.reference}`,
    nameLocation: "middle",
    nameGap: 26,
    nameTextStyle: { fontSize: 12, color: ink },
    axisLabel: { fontSize: 11, color: faint, formatter: (value: number) => `${value}×` },
    axisLine: { show: false },
    splitLine: { lineStyle: { color: ruled } },
  };
}

/** All bars of one contender, each with its spread and its figure. */
function barsOf({ plot, names, bars }: Drawing, name: string): CustomSeriesOption {
  const own = bars.get(name)!;
  const colour = colours[name] ?? furtherColours[names.indexOf(name) % furtherColours.length]!;
  const isSubject = name === plot.comparison.subject;
  return {
    type: "custom",
    name,
    silent: true,
    color: colour,
    markLine: {
      symbol: "none",
      silent: true,
      lineStyle: { color: ink, type: "solid", width: 1 },
      label: { show: false },
      data: [{ xAxis: 1 }],
    },
    data: own.map(({ row, ratio }) => [ratio.median, row]),
    renderItem: ({ dataIndex }, api) => {
      const { row, offset, ratio, goal } = own[dataIndex]!;
      // The figure stands to the right of all that is drawn, also of a bar to the left.
      const reach = Math.max(1, ratio.greatest, goal === undefined ? 1 : limitOf(goal));
      const x = (value: number): number => api.coord([value, row])[0]!;
      const y = api.coord([1, row])[1]! + offset;
      const from = x(Math.min(1, ratio.median));
      const to = x(Math.max(1, ratio.median));
      return {
        type: "group",
        children: [
          {
            type: "rect",
            shape: { x: from, y: y - BAR / 2, width: to - from, height: BAR },
            style: { fill: colour },
          },
          {
            type: "line",
            shape: { x1: x(ratio.least), x2: x(ratio.greatest), y1: y, y2: y },
            style: { stroke: ink, lineWidth: 1, opacity: 0.7 },
          },
          {
            type: "text",
            x: x(reach) + 6,
            y,
            style: {
              text: `{${isSubject ? "subject" : "other"}|${figure(ratio.median)}}${goalText(goal)}`,
              rich: labelStyles,
              align: "left",
              verticalAlign: "middle",
            },
          },
        ],
      };
    },
  };
}

const labelStyles = {
  subject: { fill: ink, font: `bold 10px ${font}` },
  other: { fill: ink, font: `10px ${font}` },
  goal: { fill: goalColour, font: `10px ${font}`, padding: [0, 0, 0, 10] },
};

function goalText(goal: Bound | undefined): string {
  return goal === undefined ? "" : `{goal|goal ${renderBound(goal)}}`;
}

/** A mark across each bar that has a goal; no series where none has. */
function goalsOf({ bars }: Drawing): readonly CustomSeriesOption[] {
  const goals = [...bars].flatMap(([name, own]) =>
    own.flatMap(({ row, offset, goal }) =>
      goal === undefined ? [] : [{ name, row, offset, value: limitOf(goal) }],
    ),
  );
  if (goals.length === 0) return [];
  const names = new Set(goals.map(({ name }) => name));
  return [
    {
      type: "custom",
      name: names.size === 1 ? `goal of ${goals[0]!.name}` : "goal",
      silent: true,
      z: 3,
      color: goalColour,
      data: goals.map(({ row, value }) => [value, row]),
      renderItem: ({ dataIndex }, api) => {
        const { row, offset, value } = goals[dataIndex]!;
        const [x, middle] = api.coord([value, row]) as [number, number];
        const y = middle + offset;
        return {
          type: "line",
          shape: { x1: x, x2: x, y1: y - STEP / 2 - 1, y2: y + STEP / 2 + 1 },
          style: { stroke: goalColour, lineWidth: 2 },
        };
      },
    },
  ];
}

function limitOf(bound: Bound): number {
  return "atLeast" in bound ? bound.atLeast : bound.atMost;
}
