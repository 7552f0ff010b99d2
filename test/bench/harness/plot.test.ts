import { describe, expect, it } from "vitest";
import type { Plot, Row } from "../../../bench/harness/bench.ts";
import { renderPlot } from "../../../bench/harness/plot.ts";
import type { Circumstances } from "../../../bench/harness/report.ts";

const circumstances: Circumstances = {
  machine: {
    cpu: "A CPU",
    cores: 2,
    memory: 8 * 2 ** 30,
    kernel: "Linux 6.1 x64",
    load: 0.1,
    node: "24.0.0",
    v8: "13.6",
    openssl: "3.5.0",
  },
  packages: ["theirs 1.2.3"],
  date: "2026-01-02",
};

const plot: Plot = {
  name: "small",
  title: "Signing & verifying",
  quantity: "CPU time for a token",
  comparison: { reference: "bare", ratio: "contender ÷ reference", subject: "barewire" },
  rows: [
    {
      cell: "sign",
      samples: { bare: [2, 2, 2], barewire: [2.2, 2.4, 2.6], theirs: [16, 20, 24] },
      goal: { atMost: 1.5 },
    },
    { cell: "verify", samples: { bare: [4, 4, 4], barewire: [2, 2, 2] } },
  ],
};

describe("a plot", () => {
  it("is one SVG image with everything in it", async () => {
    const svg = await renderPlot(plot, circumstances);
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"[^>]*>[\s\S]*<\/svg>\n$/);
    expect(svg.match(/<svg /g)).toHaveLength(1);
    expect(svg).not.toMatch(/<script|<image|(?:href|src)=|@import|url\(/);
  });
  it("says what is compared, in which cells, with which result", async () => {
    const texts = textsOf(await renderPlot(plot, circumstances));
    expect(texts).toContain("Signing &amp; verifying");
    expect(texts).toContain("CPU time for a token. 1× is bare");
    expect(texts).toEqual(expect.arrayContaining(["barewire", "theirs", "goal of barewire"]));
    expect(texts).toEqual(expect.arrayContaining(["sign", "verify", "1.20", "goal ≤ 1.5", "10.0", "0.500"]));
  });
  it("says when, where and with what it was measured", async () => {
    const texts = textsOf(await renderPlot(plot, circumstances)).join("\n");
    expect(texts).toContain("Median of 3 alternating rounds");
    expect(texts).toContain("2026-01-02 · A CPU, 2 cores · Node 24.0.0 · theirs 1.2.3");
  });
  it("has an opaque background, so that it reads the same on light and dark pages", async () => {
    const [first] = (await renderPlot(plot, circumstances)).match(/<rect [^>]*>/) ?? [];
    expect(first).toMatch(/width="960" height="\d+" x="0" y="0" fill="#ffffff"/);
  });
  it("is the same each time", async () => {
    const first = await renderPlot(plot, circumstances);
    expect(await renderPlot(plot, circumstances)).toBe(first);
  });
  it("begins every bar at the reference, and is logarithmic", async () => {
    const { rows, ...rest } = plot;
    const drawn = async (ratio: number): Promise<readonly { left: number; width: number }[]> => {
      const samples = { bare: [1], barewire: [ratio], theirs: [8] };
      return barsOf(await renderPlot({ ...rest, rows: [{ cell: "sign", samples }] }, circumstances));
    };
    const [double, reference] = await drawn(2);
    const [half] = await drawn(0.5);
    const [quadruple] = await drawn(4);
    expect(double!.left).toBe(reference!.left);
    expect(half!.width).toBeCloseTo(double!.width);
    expect(half!.left + half!.width).toBeCloseTo(double!.left);
    expect(quadruple!.width).toBeCloseTo(2 * double!.width);
  });
  it("keeps the colour of a contender when another is left out", async () => {
    const all: Row = { cell: "sign", samples: { bare: [1], barewire: [2], jose: [3], jsonwebtoken: [4] } };
    const fewer: Row = { cell: "sign", samples: { bare: [1], barewire: [2], jsonwebtoken: [4] } };
    const [, , there] = barsOf(await renderPlot({ ...plot, rows: [all] }, circumstances));
    const [, alone] = barsOf(await renderPlot({ ...plot, rows: [fewer] }, circumstances));
    expect(alone!.fill).toBe(there!.fill);
  });
  it("turns the ratio round where a greater one is better", async () => {
    const comparison = { ...plot.comparison, ratio: "reference ÷ contender" } as const;
    const rows: readonly Row[] = [
      { cell: "echo", samples: { bare: [8], barewire: [2] }, goal: { atLeast: 3 } },
    ];
    const texts = textsOf(await renderPlot({ ...plot, comparison, rows }, circumstances));
    expect(texts).toEqual(expect.arrayContaining(["4.00", "goal ≥ 3"]));
  });
  it("marks the goals of all who have one in comparison with the reference", async () => {
    const goals = [
      { of: "barewire", dividedBy: "bare", atMost: 1.5 },
      { of: "theirs", dividedBy: "bare", atMost: 12 },
      { of: "theirs", dividedBy: "barewire", atMost: 99 },
    ];
    const rows = [{ cell: "sign", samples: { bare: [2], barewire: [2.4], theirs: [20] }, goals }];
    const texts = textsOf(await renderPlot({ ...plot, rows }, circumstances));
    expect(texts).toEqual(expect.arrayContaining(["goal", "goal ≤ 1.5", "goal ≤ 12"]));
    expect(texts.join()).not.toContain("99");
  });
  it("is refused when there is nobody to compare", async () => {
    const rows: readonly Row[] = [{ cell: "sign", samples: { bare: [1] } }];
    await expect(renderPlot({ ...plot, rows }, circumstances)).rejects.toThrow(RangeError);
  });
});

function textsOf(svg: string): readonly string[] {
  return Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text!);
}

/** The bars from top to bottom: all that is as high as one and filled. */
function barsOf(svg: string): readonly { left: number; width: number; fill: string }[] {
  return Array.from(
    svg.matchAll(/<path d="M([\d.]+) [\d.]+l([\d.]+) 0l0 10l-[\d.]+ 0Z" [^>]*fill="(#\w+)"/g),
    ([, left, width, fill]) => ({ left: Number(left), width: Number(width), fill: fill! }),
  );
}
