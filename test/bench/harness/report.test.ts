import { describe, expect, it } from "vitest";
import type { Section, Table } from "../../../bench/harness/bench.ts";
import { figure, renderSection, renderTable } from "../../../bench/harness/report.ts";

const table: Table = {
  quantity: "CPU, µs per message",
  comparison: { reference: "ws", ratio: "reference ÷ contender", subject: "ours" },
  rows: [
    { cell: "16 B", samples: { ours: [1, 2, 4], ws: [10, 20, 20] }, goal: { atLeast: 5 } },
    { cell: "1 MiB", samples: { ours: [1000, 1000, 1000], ws: [1500, 2000, 2500] }, goal: { atLeast: 5 } },
    { cell: "idle", samples: { ours: [1, 1, 1], ws: [1, 1, 1] } },
  ],
};

describe("renderTable", () => {
  it("shows median, least, ratio with its spread, and whether the goal is met", () => {
    expect(renderTable(table).split("\n")).toEqual([
      "CPU, µs per message: median [least]; ratio: median of the rounds' ratios (least–greatest)",
      "",
      "|       |          ours |            ws |            ws ÷ ours | goal for ws ÷ ours |",
      "| ----- | ------------: | ------------: | -------------------: | -----------------: |",
      "| 16 B  |   2.00 [1.00] |   20.0 [10.0] | **10.0** (5.00–10.0) |           ≥ 5, met |",
      "| 1 MiB | 1,000 [1,000] | 2,000 [1,500] | **2.00** (1.50–2.50) |        ≥ 5, missed |",
      "| idle  |   1.00 [1.00] |   1.00 [1.00] | **1.00** (1.00–1.00) |                    |",
    ]);
  });
  it("turns the ratio round where a smaller one is better", () => {
    const [row] = table.rows;
    const text = renderTable({
      ...table,
      comparison: { ...table.comparison!, ratio: "contender ÷ reference" },
      rows: [{ ...row!, goal: { atMost: 0.05 } }],
    });
    expect(text).toContain("ours ÷ ws");
    expect(text).toContain("**0.100** (0.100–0.200)");
    expect(text).toContain("≤ 0.05, missed");
  });
  it("leaves ratios and goals out where nothing is compared", () => {
    const text = renderTable({
      quantity: "Reads",
      rows: [{ cell: "16 B", samples: { ours: [2], ws: [3] } }],
    });
    expect(text).toContain("| 16 B | 2.00 [2.00] | 3.00 [3.00] |");
    expect(text).not.toMatch(/ratio|goal|÷/);
  });
});

describe("a table with more than three contenders", () => {
  const wide: Table = {
    quantity: "CPU, µs per token",
    comparison: { reference: "bare", ratio: "contender ÷ reference", subject: "ours" },
    rows: [
      { cell: "one", samples: { ours: [2], bare: [1], these: [3], those: [4] }, goal: { atMost: 2 } },
      { cell: "other", samples: { ours: [4], bare: [2], those: [8] } },
    ],
  };

  it("shows its ratios first, and its figures in a table of their own", () => {
    expect(renderTable(wide).split("\n")).toEqual([
      "CPU, µs per token, ratio: median of the rounds' ratios (least–greatest)",
      "",
      "|       |          ours ÷ bare |         these ÷ bare |         those ÷ bare | goal for ours ÷ bare |",
      "| ----- | -------------------: | -------------------: | -------------------: | -------------------: |",
      "| one   | **2.00** (2.00–2.00) | **3.00** (3.00–3.00) | **4.00** (4.00–4.00) |             ≤ 2, met |",
      "| other | **2.00** (2.00–2.00) |                    – | **4.00** (4.00–4.00) |                      |",
      "",
      "CPU, µs per token: median [least]",
      "",
      "|       |        ours |        bare |       these |       those |",
      "| ----- | ----------: | ----------: | ----------: | ----------: |",
      "| one   | 2.00 [2.00] | 1.00 [1.00] | 3.00 [3.00] | 4.00 [4.00] |",
      "| other | 4.00 [4.00] | 2.00 [2.00] |           – | 8.00 [8.00] |",
    ]);
  });
});

describe("renderSection", () => {
  const machine = {
    cpu: "A CPU",
    cores: 2,
    memory: 8 * 2 ** 30,
    kernel: "Linux 6.1 x64",
    load: 0.126,
    node: "24.0.0",
    v8: "13.6",
    openssl: "3.5.0",
  };
  const circumstances = { machine, packages: ["ws 8.0.0"], date: "2026-01-02" };

  it("says on which machine and with what it was measured, then the tables, then the notes", () => {
    const section: Section = {
      title: "Echo",
      tables: [table],
      notes: ["the client spins"],
      packages: ["ws"],
    };
    const text = renderSection(section, circumstances);
    expect(
      text.startsWith("## Echo\n\n2026-01-02 · A CPU, 2 cores, 8 GiB · Linux 6.1 x64 · load before: 0.13"),
    ).toBe(true);
    expect(text).toContain("Node 24.0.0 (V8 13.6, OpenSSL 3.5.0) · ws 8.0.0");
    expect(text).toContain(renderTable(table));
    expect(text.endsWith("\n\n- the client spins")).toBe(true);
    expect(text).not.toContain("plots/");
  });
  it("shows its plots before the tables", () => {
    const plot = { ...table, name: "echo", title: "Echoes", comparison: table.comparison! };
    const section: Section = { title: "Echo", plots: [plot], tables: [table], notes: [], packages: [] };
    const text = renderSection(section, circumstances);
    const picture = text.indexOf("](plots/echo.svg)");
    expect(picture).toBeGreaterThan(text.indexOf("Node 24.0.0"));
    expect(picture).toBeLessThan(text.indexOf(renderTable(table)));
    expect(text).toContain("\n\n![Echoes. CPU, µs per message;");
  });
});

describe("figure", () => {
  it.each([
    [0.02714, "0.0271"],
    [0.2714, "0.271"],
    [0.9996, "1.00"],
    [4.796, "4.80"],
    [9.999, "10.0"],
    [27.66, "27.7"],
    [99.96, "100"],
    [2016.7, "2,017"],
    [Number.NaN, "–"],
  ])("shows %d as %s", (value, text) => expect(figure(value)).toBe(text));
});
