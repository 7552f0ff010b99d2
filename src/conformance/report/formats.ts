/** The formats of `--format`, and the files that they are written to. */
import type { RunReport } from "../run/run-report.ts";
import { badgeReport } from "./badge.ts";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { textReport } from "./text.ts";

/** The names that `--format` takes. */
export type FormatName = "text" | "json" | "junit" | "markdown" | "html" | "badge";

/** One format. */
export interface Format {
  /** Within the folder of `--out`. */
  readonly fileName: string;
  /**
   * The text of the file. HTML puts several runs side by side, text and Markdown one after the other.
   *
   * @throws {RangeError} for any other number than one run, in the formats that are about one
   */
  readonly render: (reports: readonly RunReport[]) => string;
}

/** Columns of a text that is no terminal's. */
const WIDTH = 110;

/** The formats by name. */
export const formats: Readonly<Record<FormatName, Format>> = {
  text: {
    fileName: "conformance.txt",
    render: (reports) =>
      reports.map((report) => textReport(report, { colour: false, width: WIDTH })).join("\n"),
  },
  json: { fileName: "conformance.json", render: ofOne(jsonReport) },
  junit: { fileName: "conformance.junit.xml", render: ofOne(junitReport) },
  markdown: {
    fileName: "conformance.md",
    render: (reports) => reports.map((report) => markdownReport(report)).join("\n"),
  },
  html: { fileName: "conformance.html", render: htmlReport },
  badge: { fileName: "conformance.badge.json", render: ofOne(badgeReport) },
};

function ofOne(render: (report: RunReport) => string): Format["render"] {
  return (reports) => {
    const [report] = reports;
    if (report === undefined || reports.length > 1) throw new RangeError("this format is about one run");
    return render(report);
  };
}
