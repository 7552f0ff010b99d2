/** Compiles code of our documents as a reader's compiler would, against the sources of the library. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** @returns what the compiler has to say, nothing if all is well */
export function strictTypeScript(folder: string, samples: readonly string[]): string {
  samples.forEach((code, at) => {
    writeFileSync(join(folder, `sample-${at}.mts`), code);
  });
  const compilerOptions = {
    paths: {
      "barewire/websocket/reconnect": [resolve("src/websocket/reconnect/reconnect.ts")],
      "barewire/*": [resolve("src/*/index.ts")],
    },
    typeRoots: [resolve("node_modules/@types")],
    isolatedDeclarations: false,
    noUnusedLocals: false,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: resolve("tsconfig.json"), compilerOptions, include: ["sample-*.mts"] }),
  );
  const compiler = resolve("node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" }).stdout;
}
