import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";

/** What a page loads of the client, bundled and minified; gzip at its best, as a server has it done once. */
function bundled(contents: string): number {
  const stdin = { contents, resolveDir: "src/signalling/client", loader: "ts" } as const;
  const options = { bundle: true, minify: true, format: "esm", target: "esnext", write: false } as const;
  return gzipSync(buildSync({ stdin, ...options }).outputFiles[0]!.contents, { level: 9 }).length;
}

describe("the client's module", () => {
  it("is at most 6,000 bytes, with all that is in it", () => {
    expect(bundled('export * from "./index.ts"')).toBeLessThanOrEqual(6_000);
  });

  it("is measured whole", () => {
    expect(bundled('export { Mesh } from "./index.ts"')).toBeLessThan(
      bundled('export * from "./index.ts"') / 2,
    );
  });
});
