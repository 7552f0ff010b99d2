/** One failed test is enough to notice a mutant: the others of the file are not run any more. */
import { afterEach, beforeEach } from "vitest";

let failed = false;
beforeEach(({ skip }) => skip(failed));
afterEach(({ task }) => {
  failed ||= task.result?.state === "fail";
});
