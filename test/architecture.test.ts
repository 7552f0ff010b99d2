import { globSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { describe, expect, it } from "vitest";
import { readFileTable } from "./architecture/file-table.ts";
import {
  cycles,
  falseShells,
  impurities,
  missingReadmes,
  oversized,
  parseTree,
  sideDoors,
  strayImports,
  tableGaps,
  wrongDirections,
} from "./architecture/rules.ts";

// The rules, and what breaks each of them, are in architecture/; here they meet the project itself.
const paths = globSync(["src/**/*", "web/**/*.ts"], { exclude: ["**/*.d.ts"] });
const tree = new Map(
  paths
    .filter((path) => /\.(ts|md)$/.test(path))
    .map((path) => [path.split(sep).join("/"), readFileSync(path, "utf8")]),
);
const sources = parseTree(tree);
const table = readFileTable(readFileSync("ARCHITECTURE.md", "utf8"));

describe("the architecture", () => {
  it("imports nothing but its own files and Node's", () => expect(strayImports(sources)).toEqual([]));
  it("imports only downwards", () => expect(wrongDirections(sources)).toEqual([]));
  it("enters a folder only through its index", () => expect(sideDoors(sources)).toEqual([]));
  it("has no circles of imports", () => expect(cycles(sources)).toEqual([]));
  it("touches the world only in its shells", () => expect(impurities(sources, table)).toEqual([]));
  it("marks as shells only files that touch the world", () =>
    expect(falseShells(sources, table)).toEqual([]));
  it("has a table of all its files", () => expect(tableGaps(sources, table)).toEqual([]));
  it("keeps files and functions short", () => expect(oversized(sources)).toEqual([]));
  it("explains every folder", () => expect(missingReadmes(tree)).toEqual([]));
});
