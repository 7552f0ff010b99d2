/**
 * Builds `dist/`: the library from `src/`, and below `dist/site/` the pages from `web/` as a browser
 * loads them. `npm ci` runs it through `prepare`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, rmSync } from "node:fs";
import { extname } from "node:path";

rmSync("dist", { recursive: true, force: true });
compile("tsconfig.build.json");
if (existsSync("dist/cli/main.js")) chmodSync("dist/cli/main.js", 0o755);
if (existsSync("web/tsconfig.json")) {
  compile("web/tsconfig.json");
  cpSync("web", "dist/site/web", {
    recursive: true,
    filter: (source) => ![".ts", ".json"].includes(extname(source)),
  });
}

function compile(project: string): void {
  execFileSync("tsc", ["-p", project], { stdio: "inherit", shell: process.platform === "win32" });
}
