/**
 * Generates what is made of the conformance suite's report format: the published schema, and the page of the HTML
 * report as text. With `--check` it only says whether they are up to date, and exits 1 when they are not.
 */
import { schemaFile } from "../src/conformance/report/schema.ts";
import { keepGenerated } from "./generated-file.ts";
import { PAGE_TEXT, pageText } from "./report-page.ts";

keepGenerated("docs/conformance-report.schema.json", schemaFile());
keepGenerated(PAGE_TEXT, pageText());
