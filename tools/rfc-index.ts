/**
 * Generates `docs/rfc-index.md` from the citations in `src/` and `test/`; with `--check` only says whether
 * it is up to date, and exits 1 when it is not.
 */
import { globSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { keepGenerated } from "./generated-file.ts";
import { collectCitations, renderIndex } from "./rfc-citations.ts";

const paths = globSync("{src,test}/**/*.ts").map((path) => path.split(sep).join("/"));
const texts = new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));

keepGenerated("docs/rfc-index.md", renderIndex(collectCitations(texts)));
