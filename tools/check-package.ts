/**
 * `npm run test:package`: is what we publish what a user can use?
 *
 * Builds and packs the package, installs the tarball into an empty project, and there imports every entry
 * of `exports` from plain JavaScript and from strict TypeScript, looks which files an entry loads, and runs
 * the executable. Ends with `N passed, N failed`.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Entries whose users load nothing else of the package than these parts of it. */
const standalone: Readonly<Record<string, RegExp>> = {
  jwt: /^(jwt\/|addresses|bytes|deadlines|log)/,
  password: /^(password\/|addresses|bytes|deadlines|log)/,
  auth: /^(auth\/(?!store-suite\/)|jwt\/|password\/|addresses|bytes|deadlines|log)/,
  websocket: /^(websocket\/|addresses|bytes|deadlines|log)/,
  conformance: /^conformance\//,
  signalling: /^(signalling\/(?!client\/)|websocket\/|addresses|bytes|deadlines|log)/,
  "signalling/client": /^signalling\/client\//,
  stun: /^(stun\/|addresses|bytes|deadlines|log)/,
};

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === "string" ? [] : [{ specifier: path.replace(".", manifest.name), target }],
);
const folder = mkdtempSync(join(tmpdir(), "barewire-package-"));
const project = join(folder, "project");
const installed = join(project, "node_modules", manifest.name);
let passed = 0;
let failed = 0;

try {
  checkEverything();
} catch (error) {
  failed++;
  console.error(`FAIL the package test itself: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function checkEverything(): void {
  check("npm run build succeeds", () => run("npm", ["run", "build"], "."));
  // The build has just run; without the scripts nothing else can print into the answer.
  const packed = run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], ".");
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  checkContents(files.map(({ path }) => path));

  mkdirSync(project);
  write("package.json", JSON.stringify({ name: "empty", private: true, type: "module" }));
  const quiet = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  run("npm", ["install", ...quiet, join(folder, filename)], project);

  for (const { specifier } of entries) checkImport(specifier);
  checkTypes();
  for (const [entry, allowed] of Object.entries(standalone)) checkLoadsOnly(entry, allowed);
  checkExecutable();
}

function checkContents(files: readonly string[]): void {
  const paths = new Set(files);
  check("the package has no dependencies", () => equal(Object.keys(manifest.dependencies ?? {}), []));
  for (const { specifier, target } of entries) {
    check(`${specifier} is packed with its types`, () =>
      equal(
        [target.default, target.types].filter((path) => !paths.has(path.replace("./", ""))),
        [],
      ),
    );
  }
  check("README.md and LICENSE are packed", () =>
    equal(
      ["README.md", "LICENSE"].filter((path) => !paths.has(path)),
      [],
    ),
  );
  check("the pages are packed", () => equal(paths.has("dist/site/web/index.html"), true));
  check("no tests are packed", () =>
    equal(
      files.filter((path) => /(^|\/)test\/|\.test\./.test(path)),
      [],
    ),
  );
}

/** The paved path and every other entry give a JavaScript program something to use. */
function checkImport(specifier: string): void {
  check(`${specifier} exports values to JavaScript`, () => {
    write(
      "import.mjs",
      `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(specifier)}))));`,
    );
    const names = JSON.parse(run(process.execPath, ["import.mjs"], project)) as string[];
    if (names.length === 0) throw new Error("exports no value");
  });
}

/**
 * One program for each entry, so that one broken entry does not hide another; and twice, because a program
 * for Node has no types of the DOM and a page has.
 */
function checkTypes(): void {
  const common = {
    ...{ target: "es2024", module: "nodenext", noEmit: true, strict: true, exactOptionalPropertyTypes: true },
    ...{ verbatimModuleSyntax: true, skipLibCheck: false },
    ...{ types: ["node"], typeRoots: [resolve("node_modules/@types")] },
  };
  const libraries = { Node: ["es2024"], pages: ["es2024", "dom", "dom.iterable"] };
  for (const { specifier } of entries) {
    for (const [where, lib] of Object.entries(libraries)) {
      check(`${specifier} type-checks in strict TypeScript for ${where}`, () => {
        write("tsconfig.json", JSON.stringify({ compilerOptions: { ...common, lib }, files: ["import.ts"] }));
        write(
          "import.ts",
          `import * as entry from ${JSON.stringify(specifier)};\nexport const names: readonly string[] = Object.keys(entry);\n`,
        );
        run(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", "."], project);
      });
    }
  }
}

/** A user of one protocol pays for that protocol alone. */
function checkLoadsOnly(entry: string, allowed: RegExp): void {
  check(`${manifest.name}/${entry} loads no other part`, () => {
    write(
      "loads.mjs",
      `import { registerHooks } from "node:module";
      const urls = [];
      registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
      await import(${JSON.stringify(`${manifest.name}/${entry}`)});
      console.log(JSON.stringify(urls));`,
    );
    const urls = JSON.parse(run(process.execPath, ["loads.mjs"], project)) as string[];
    const loaded = urls.flatMap((url) => url.split(`/${manifest.name}/dist/`).slice(1));
    if (loaded.length === 0) throw new Error("loads nothing, so the check sees nothing");
    equal(
      loaded.filter((path) => !allowed.test(path)),
      [],
    );
  });
}

function checkExecutable(): void {
  const [command = ""] = Object.keys(manifest.bin);
  check(`npx ${command} --version prints the version`, () => {
    const version = run("npx", ["--no-install", command, "--version"], project).trim();
    equal(version, manifest.version);
  });
  check("the installed package.json has that version too", () => {
    const text = readFileSync(join(installed, "package.json"), "utf8");
    equal((JSON.parse(text) as Manifest).version, manifest.version);
  });
}

function check(name: string, body: () => void): void {
  try {
    body();
    passed++;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n${String(error).replaceAll(/^/gm, "     ")}`);
  }
}

function equal(actual: unknown, expected: unknown): void {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== shouldBe) throw new Error(`is ${is}, should be ${shouldBe}`);
}

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

/** @throws {Error} with everything the program said, when it does not end well */
function run(program: string, parameters: readonly string[], cwd: string): string {
  // On Windows npm and npx are scripts of the shell.
  const shell = process.platform === "win32";
  const result: SpawnSyncReturns<string> = spawnSync(program, parameters, { cwd, shell, encoding: "utf8" });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0)
    throw new Error(`${program} ${parameters.join(" ")}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}
