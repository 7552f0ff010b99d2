/**
 * Generates `docs/problems.md`; with `--check` only says whether it is up to date, and exits 1 when it is not.
 */
import { keepGenerated } from "./generated-file.ts";
import { renderProblems } from "./problems-page.ts";

keepGenerated("docs/problems.md", renderProblems());
