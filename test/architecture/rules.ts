/**
 * The rules of the architecture, as pure functions from a tree of files to violations.
 *
 * A *unit* is what may or may not be imported: a folder of `src/`, or one of the files directly in it.
 * `src/signalling/client/` is a unit of its own, because browsers load it.
 */
import { dirname, join } from "node:path/posix";
import type { FileTable } from "./file-table.ts";
import { worldTouches } from "./purity.ts";
import { type Import, readSource, type Source } from "./source.ts";

/** The files of the project: paths from its root with forward slashes, and their contents. */
export type Tree = ReadonlyMap<string, string>;

/** A broken rule, ready to be read: `src/jwt/jws.ts:12 imports src/http/…`. */
export type Violation = string;

const level0 = ["addresses", "bytes", "deadlines", "log"];
const anything = "anything";

/** Which units each unit may import, besides itself. The picture is in ARCHITECTURE.md. */
export const mayImport: Readonly<Record<string, readonly string[] | typeof anything>> = {
  addresses: [],
  bytes: [],
  deadlines: [],
  log: [],
  jwt: level0,
  password: level0,
  websocket: level0,
  stun: level0,
  dtls: level0,
  rtp: level0,
  sdp: level0,
  auth: [...level0, "jwt", "password"],
  ice: [...level0, "stun"],
  srtp: [...level0, "rtp"],
  http: [...level0, "jwt", "auth"],
  signalling: [...level0, "websocket"],
  "signalling/client": [],
  sfu: [...level0, "stun", "ice", "dtls", "rtp", "srtp", "sdp"],
  load: [...level0, "websocket"],
  conformance: [],
  app: anything,
  cli: anything,
  index: anything,
  web: ["signalling/client"],
};

/** Packages that a user may install beside this one, and the only file that may load each: dynamically, when asked to. */
export const optionalPeers: Readonly<Record<string, string>> = {
  redis: "src/signalling/redis/redis-client.ts",
};

const maxFileLines = 300;
const maxFunctionLines = 60;

/** Parses every TypeScript file of the tree that the rules are about. */
export function parseTree(tree: Tree): ReadonlyMap<string, Source> {
  const files = [...tree].filter(([path]) => /^(src|web)\/.*\.ts$/.test(path));
  return new Map(files.map(([path, text]) => [path, readSource(text)]));
}

/** Imports lead to files that exist, by relative path, and to nobody's package but the {@link optionalPeers}. */
export function strayImports(sources: ReadonlyMap<string, Source>): readonly Violation[] {
  return eachImport(sources, (path, { specifier, dynamic }) => {
    if (specifier === undefined) return inSrc(path) ? "imports a module by a computed name" : undefined;
    if (!specifier.startsWith(".")) {
      if (!inSrc(path)) return `imports ${specifier}: a page loads only its own files`;
      if (specifier.startsWith("node:")) return undefined;
      if (optionalPeers[specifier] !== path) return `imports the package ${specifier}`;
      return dynamic ? undefined : `imports the package ${specifier}, which may be missing, statically`;
    }
    const target = resolve(path, specifier);
    if (inSrc(path) && !inSrc(target)) return `imports ${target}, which is outside src/`;
    return sources.has(target) ? undefined : `imports ${target}, which does not exist`;
  });
}

/** Units import only the units {@link mayImport} gives them. */
export function wrongDirections(sources: ReadonlyMap<string, Source>): readonly Violation[] {
  const homeless = [...sources.keys()]
    .filter((path) => mayImport[unitOf(path)] === undefined)
    .map((path) => `${path} is in ${unitOf(path)}, which has no place in the table of import directions`);
  const wrong = eachImport(sources, (path, { specifier }) => {
    if (!specifier?.startsWith(".")) return undefined;
    const [from, to] = [unitOf(path), unitOf(resolve(path, specifier))];
    const allowed = mayImport[from];
    if (from === to || allowed === undefined || allowed === anything || allowed.includes(to))
      return undefined;
    return `imports ${resolve(path, specifier)}: ${from} may import ${allowed.join(", ") || "nothing"}`;
  });
  return [...homeless, ...wrong];
}

/** What lies in another folder is reached through that folder's index. */
export function sideDoors(sources: ReadonlyMap<string, Source>): readonly Violation[] {
  return eachImport(sources, (path, { specifier }) => {
    if (!specifier?.startsWith(".")) return undefined;
    const target = resolve(path, specifier);
    const unit = unitOf(target);
    const door = `src/${unit}/index.ts`;
    if (unit === unitOf(path) || target === `src/${unit}.ts` || target === door) return undefined;
    return `imports ${target} past ${door}`;
  });
}

/** No file leads back to itself, by values or by types. Each circle is named once. */
export function cycles(sources: ReadonlyMap<string, Source>): readonly Violation[] {
  const found: Violation[] = [];
  const done = new Set<string>();
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) found.push(`${[...trail.slice(start), path].join(" → ")} is a circle`);
    if (start !== -1 || done.has(path)) return;
    for (const { specifier } of sources.get(path)?.imports ?? []) {
      if (specifier?.startsWith(".")) follow(resolve(path, specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of sources.keys()) follow(path, []);
  return found;
}

/** Only shells touch the world. */
export function impurities(
  sources: ReadonlyMap<string, Source>,
  { shells }: FileTable,
): readonly Violation[] {
  return [...sources].flatMap(([path, source]) => {
    if (!inSrc(path) || shells.has(path)) return [];
    return worldTouches(source).map(({ line, what }) => `${path}:${line} ${what}, but is not a shell`);
  });
}

/** Every shell of the table is there, and needs its mark. */
export function falseShells(
  sources: ReadonlyMap<string, Source>,
  { shells }: FileTable,
): readonly Violation[] {
  return [...shells].flatMap((path) => {
    const source = sources.get(path);
    if (source === undefined) return [`${path} is marked ■ but does not exist`];
    return worldTouches(source).length === 0 ? [`${path} is marked ■ but is pure`] : [];
  });
}

/** The table names every file of `src/` once and no other. */
export function tableGaps(sources: ReadonlyMap<string, Source>, { files }: FileTable): readonly Violation[] {
  const missing = [...sources.keys()].filter((path) => inSrc(path) && !files.includes(path));
  const gone = files.filter((path) => !sources.has(path));
  const double = files.filter((path, at) => files.indexOf(path) !== at);
  return [
    ...missing.map((path) => `${path} is not in the file table of ARCHITECTURE.md`),
    ...gone.map((path) => `${path} is in the file table of ARCHITECTURE.md but does not exist`),
    ...double.map((path) => `${path} is in the file table of ARCHITECTURE.md twice`),
  ];
}

/** Files and functions stay short enough to be read in one go. */
export function oversized(sources: ReadonlyMap<string, Source>): readonly Violation[] {
  return [...sources].flatMap(([path, { lines, routines }]) => [
    ...(lines > maxFileLines ? [`${path} has ${lines} lines, more than ${maxFileLines}`] : []),
    ...routines
      .filter((routine) => routine.lines > maxFunctionLines)
      .map(
        (routine) =>
          `${path}:${routine.line} is a function of ${routine.lines} lines, more than ${maxFunctionLines}`,
      ),
  ]);
}

/** Every folder of `src/` has a README.md. */
export function missingReadmes(tree: Tree): readonly Violation[] {
  const folders = new Set([...tree.keys()].flatMap((path) => /^src\/[^/]+(?=\/)/.exec(path) ?? []));
  return [...folders]
    .filter((folder) => !tree.has(`${folder}/README.md`))
    .map((folder) => `${folder} has no README.md`);
}

/** `src/jwt/jws.ts` → `jwt`; `src/bytes.ts` → `bytes`; `web/chat/room.ts` → `web`. */
function unitOf(path: string): string {
  const [top = "", folder = "", ...rest] = path.replace(/\.ts$/, "").split("/");
  if (top !== "src") return top;
  return folder === "signalling" && rest[0] === "client" && rest.length > 1 ? "signalling/client" : folder;
}

function eachImport(
  sources: ReadonlyMap<string, Source>,
  judge: (path: string, imported: Import) => string | undefined,
): readonly Violation[] {
  return [...sources].flatMap(([path, { imports }]) =>
    imports.flatMap((imported) => {
      const verdict = judge(path, imported);
      return verdict === undefined ? [] : [`${path}:${imported.line} ${verdict}`];
    }),
  );
}

function resolve(from: string, specifier: string): string {
  return join(dirname(from), specifier);
}

function inSrc(path: string): boolean {
  return path.startsWith("src/");
}
