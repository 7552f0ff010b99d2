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

describe("goals", () => {
  const row = { cell: "16 B", samples: { ours: [2, 4], ws: [20, 20], native: [3, 3] } };
  const titlesAndCells = (text: string): readonly (readonly string[])[] => {
    const [title, , cells] = text.split("\n").filter((line) => line.startsWith("|"));
    return [title!, cells!].map((line) => line.split("|").map((cell) => cell.trim()));
  };

  it("may be about the ratio of any two, which is then shown", () => {
    const goals = [
      { of: "ws", dividedBy: "ours", atLeast: 8 },
      { of: "native", dividedBy: "ours", atLeast: 1.5 },
    ];
    const [titles, cells] = titlesAndCells(renderTable({ ...table, rows: [{ ...row, goals }] }));
    expect(titles!.slice(5, -1)).toEqual([
      "ws ÷ ours",
      "ws ÷ native",
      "native ÷ ours",
      "goal for ws ÷ ours",
      "goal for native ÷ ours",
    ]);
    expect(cells!.slice(5, -1)).toEqual([
      "**7.50** (5.00–10.0)",
      "**6.67** (6.67–6.67)",
      "**1.13** (0.750–1.50)",
      "≥ 8, missed",
      "≥ 1.5, missed",
    ]);
  });
  it("may be about a figure itself, compared or not", () => {
    const goals = [{ of: "ours", atMost: 4_000 }];
    const rows = [{ cell: "idle", samples: { ours: [3_000, 4_100], ws: [6_000, 6_200] }, goals }];
    for (const comparison of [table.comparison, undefined]) {
      const [titles, cells] = titlesAndCells(renderTable({ quantity: "Bytes", comparison, rows }));
      expect(titles!.at(-2)).toBe("goal for ours");
      expect(cells!.at(-2)).toBe("≤ 4,000, met");
      expect(cells!.join()).not.toContain("3,550]"); // the figure is not shown as a ratio
    }
  });
  it("stand in one column for a pair, whichever way a row sets them", () => {
    const rows = [
      { ...row, goal: { atLeast: 6 } },
      { ...row, goals: [{ of: "ws", dividedBy: "ours", atLeast: 9 }] },
      row,
    ];
    const lines = renderTable({ ...table, rows }).split("\n");
    const goals = lines.slice(-3).map((line) => line.split("|").at(-2)!.trim());
    expect(goals).toEqual(["≥ 6, met", "≥ 9, missed", ""]);
  });
  it("are missed by who was not measured", () => {
    const goals = [{ of: "absent", dividedBy: "ours", atLeast: 1 }];
    expect(renderTable({ ...table, rows: [{ ...row, goals }] })).toContain("≥ 1, missed");
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
