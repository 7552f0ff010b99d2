import { describe, expect, it } from "vitest";
import { readFileTable } from "./file-table.ts";
import * as rules from "./rules.ts";

/** Each rule sees a tree that keeps it, and trees that break it in one way each. */
describe("the rule that imports lead to files of the project", () => {
  it("allows relative paths and Node's modules", () => {
    const files = { "src/bytes.ts": `import { timingSafeEqual } from "node:crypto";` };
    expect(
      stray({ ...files, "src/jwt/a.ts": `import "../bytes.ts"; import "./b.ts";`, "src/jwt/b.ts": "" }),
    ).toEqual([]);
  });

  it.each([
    ["a package", `import ws from "ws";`, "src/jwt/a.ts:1 imports the package ws"],
    ["Node's module without its prefix", `import fs from "fs";`, "src/jwt/a.ts:1 imports the package fs"],
    ["this package by name", `import "barewire/jwt";`, "src/jwt/a.ts:1 imports the package barewire/jwt"],
    ["a package's types", `import type { A } from "ws";`, "src/jwt/a.ts:1 imports the package ws"],
    ["a package, dynamically", `\nawait import("ws");`, "src/jwt/a.ts:2 imports the package ws"],
    ["a package through a re-export", `export * from "ws";`, "src/jwt/a.ts:1 imports the package ws"],
    [
      "a package through a named re-export",
      `export { a } from "ws";`,
      "src/jwt/a.ts:1 imports the package ws",
    ],
    ["a package for its side effect", `import "ws";`, "src/jwt/a.ts:1 imports the package ws"],
    ["a package in a type", `let a: import("ws").A;`, "src/jwt/a.ts:1 imports the package ws"],
    ["a computed name", `await import(name);`, "src/jwt/a.ts:1 imports a module by a computed name"],
    ["a template", "await import(`./b.ts`);", "src/jwt/a.ts:1 imports a module by a computed name"],
    [
      "a test",
      `import "../../test/jwt/a.test.ts";`,
      "src/jwt/a.ts:1 imports test/jwt/a.test.ts, which is outside src/",
    ],
    ["a tool", `import "../../tools/x.ts";`, "src/jwt/a.ts:1 imports tools/x.ts, which is outside src/"],
    [
      "a file that is not there",
      `import "./gone.ts";`,
      "src/jwt/a.ts:1 imports src/jwt/gone.ts, which does not exist",
    ],
    ["a file without its ending", `import "./b";`, "src/jwt/a.ts:1 imports src/jwt/b, which does not exist"],
  ])("refuses %s", (_, source, violation) => {
    expect(stray({ "src/jwt/a.ts": source, "src/jwt/b.ts": "" })).toEqual([violation]);
  });

  it("lets one file load an optional peer, when it is asked to", () => {
    expect(stray({ "src/signalling/redis/redis-client.ts": `await import("redis");` })).toEqual([]);
  });

  it.each([
    ["in another file", "src/signalling/redis/redis-bus.ts", `await import("redis");`, ""],
    ["from a page", "web/a.ts", `await import("redis");`, ": a page loads only its own files"],
    [
      "statically",
      "src/signalling/redis/redis-client.ts",
      `import "redis";`,
      ", which may be missing, statically",
    ],
    [
      "for its types, which would be in ours",
      "src/signalling/redis/redis-client.ts",
      `import type { RedisClientType } from "redis";`,
      ", which may be missing, statically",
    ],
  ])("refuses an optional peer %s", (_, file, source, why) => {
    const what = file.startsWith("web/") ? "redis" : "the package redis";
    expect(stray({ [file]: source })).toEqual([`${file}:1 imports ${what}${why}`]);
  });

  it("refuses in a page what a browser cannot load", () => {
    expect(stray({ "web/a.ts": `import "node:fs";` })).toEqual([
      "web/a.ts:1 imports node:fs: a page loads only its own files",
    ]);
  });

  it("is not fooled by comments, strings and templates", () => {
    const source = `// import "ws";\n/* import "ws"; */ const a = 'import "ws"'; const b = \`import "ws" \${a}\`; const c = /import "ws"/;`;
    expect(stray({ "src/jwt/a.ts": source })).toEqual([]);
  });
});

describe("the rule of import directions", () => {
  it("allows what the table allows", () => {
    const files = {
      "src/bytes.ts": "",
      "src/jwt/index.ts": `import "../bytes.ts";`,
      "src/auth/index.ts": `import "../jwt/index.ts";`,
      "src/app.ts": `import "./auth/index.ts";`,
      "src/cli/main.ts": `import "../app.ts"; import "../jwt/index.ts";`,
      "src/signalling/client/index.ts": "",
      "web/main.ts": `import "../src/signalling/client/index.ts";`,
    };
    expect(directions(files)).toEqual([]);
  });

  it("allows the application everything, as one file or as a folder", () => {
    const files = {
      "src/jwt/index.ts": "",
      "src/app/index.ts": `export * from "./server.ts";`,
      "src/app/server.ts": `import "../jwt/index.ts";`,
      "src/cli/main.ts": `import "../app/index.ts";`,
      "src/index.ts": `import "./app/index.ts";`,
    };
    expect(directions(files)).toEqual([]);
    expect(rules.sideDoors(parse(files))).toEqual([]);
  });

  it.each([
    [
      "src/jwt/a.ts",
      "../auth/index.ts",
      "src/auth/index.ts: jwt may import addresses, bytes, deadlines, log",
    ],
    [
      "src/jwt/a.ts",
      "../password/index.ts",
      "src/password/index.ts: jwt may import addresses, bytes, deadlines, log",
    ],
    [
      "src/websocket/a.ts",
      "../http/index.ts",
      "src/http/index.ts: websocket may import addresses, bytes, deadlines, log",
    ],
    [
      "src/http/a.ts",
      "../signalling/index.ts",
      "src/signalling/index.ts: http may import addresses, bytes, deadlines, log, jwt, auth",
    ],
    [
      "src/http/a.ts",
      "../websocket/index.ts",
      "src/websocket/index.ts: http may import addresses, bytes, deadlines, log, jwt, auth",
    ],
    [
      "src/auth/a.ts",
      "../http/index.ts",
      "src/http/index.ts: auth may import addresses, bytes, deadlines, log, jwt, password",
    ],
    [
      "src/signalling/a.ts",
      "../http/index.ts",
      "src/http/index.ts: signalling may import addresses, bytes, deadlines, log, websocket",
    ],
    ["src/conformance/a.ts", "../bytes.ts", "src/bytes.ts: conformance may import nothing"],
    ["src/bytes.ts", "./jwt/index.ts", "src/jwt/index.ts: bytes may import nothing"],
    ["src/addresses.ts", "./http/index.ts", "src/http/index.ts: addresses may import nothing"],
    ["src/http/a.ts", "../app.ts", "src/app.ts: http may import addresses, bytes, deadlines, log, jwt, auth"],
    [
      "src/signalling/client/a.ts",
      "../protocol.ts",
      "src/signalling/protocol.ts: signalling/client may import nothing",
    ],
    ["src/signalling/client/a.ts", "../../bytes.ts", "src/bytes.ts: signalling/client may import nothing"],
    [
      "src/signalling/a.ts",
      "./client/index.ts",
      "src/signalling/client/index.ts: signalling may import addresses, bytes, deadlines, log, websocket",
    ],
    ["web/a.ts", "../src/jwt/index.ts", "src/jwt/index.ts: web may import signalling/client"],
  ])("refuses %s importing %s", (from, specifier, violation) => {
    expect(directions({ [from]: `import "${specifier}";` })).toEqual([`${from}:1 imports ${violation}`]);
  });

  it.each([
    `import type { A } from "../auth/index.ts";`,
    `let a: import("../auth/index.ts").A;`,
    `import("../auth/index.ts");`,
  ])("refuses the wrong direction in every form: %s", (source) => {
    expect(directions({ "src/jwt/a.ts": source })).toEqual([
      "src/jwt/a.ts:1 imports src/auth/index.ts: jwt may import addresses, bytes, deadlines, log",
    ]);
  });

  it("refuses a folder that has no place", () => {
    expect(directions({ "src/stuff/a.ts": "" })).toEqual([
      "src/stuff/a.ts is in stuff, which has no place in the table of import directions",
    ]);
  });
});

describe("the rule of the index", () => {
  it("allows a folder's own files, its index for others, and the files of level 0", () => {
    const files = {
      "src/jwt/a.ts": `import "./b.ts"; import "../bytes.ts"; import "./deep/c.ts";`,
      "src/auth/a.ts": `import "../jwt/index.ts";`,
      "web/a.ts": `import "../src/signalling/client/index.ts"; import "./b.ts";`,
    };
    expect(rules.sideDoors(parse(files))).toEqual([]);
  });

  it.each([
    ["src/auth/a.ts", "../jwt/jws.ts", "src/jwt/jws.ts past src/jwt/index.ts"],
    ["src/app.ts", "./jwt/jws.ts", "src/jwt/jws.ts past src/jwt/index.ts"],
    ["src/index.ts", "./app/server.ts", "src/app/server.ts past src/app/index.ts"],
    [
      "web/a.ts",
      "../src/signalling/client/mesh.ts",
      "src/signalling/client/mesh.ts past src/signalling/client/index.ts",
    ],
    [
      "src/cli/a.ts",
      "../signalling/client/mesh.ts",
      "src/signalling/client/mesh.ts past src/signalling/client/index.ts",
    ],
  ])("refuses %s importing %s", (from, specifier, violation) => {
    expect(rules.sideDoors(parse({ [from]: `import type { A } from "${specifier}";` }))).toEqual([
      `${from}:1 imports ${violation}`,
    ]);
  });
});

describe("the rule of circles", () => {
  it("allows two ways to the same file", () => {
    const files = {
      "src/jwt/a.ts": `import "./b.ts"; import "./c.ts";`,
      "src/jwt/b.ts": `import "./c.ts";`,
      "src/jwt/c.ts": "",
    };
    expect(rules.cycles(parse(files))).toEqual([]);
  });

  it("refuses a circle, also of types alone", () => {
    const files = {
      "src/jwt/a.ts": `import "./b.ts";`,
      "src/jwt/b.ts": `export * from "./c.ts";`,
      "src/jwt/c.ts": `import type { A } from "./b.ts";`,
    };
    expect(rules.cycles(parse(files))).toEqual(["src/jwt/b.ts → src/jwt/c.ts → src/jwt/b.ts is a circle"]);
  });

  it("refuses a file that imports itself", () => {
    expect(rules.cycles(parse({ "src/jwt/a.ts": `import "./a.ts";` }))).toEqual([
      "src/jwt/a.ts → src/jwt/a.ts is a circle",
    ]);
  });
});

describe("the rule of purity", () => {
  it.each([
    ["an import of a socket's type", `import type { Socket } from "node:net";`],
    [
      "a type in a type position",
      `let a: import("node:net").Socket; let b: typeof process; let c: WebSocket;`,
    ],
    ["a calculation with a date", `new Date(now).toISOString(); Date.UTC(2020, 1);`],
    [
      "calculations",
      `Math.max(1, 2); import { createECDH, createHash, timingSafeEqual } from "node:crypto";`,
    ],
    [
      "names after a dot, as keys and as labels",
      `a.process; const b = { process: 1, fetch() {} }; class C { setTimeout = 1; }`,
    ],
    ["a class of its own that has a global's name", `export class WebSocket {} new WebSocket();`],
    ["a parameter that has a global's name", `function f(fetch: () => void) { fetch(); }`],
    [
      "a binding that has a global's name",
      `const { a: [process], ...performance } = b; process; performance;`,
    ],
    [
      "words in comments and strings",
      `// process.exit()\nconst a = "Date.now()"; const b = /setTimeout(/u; const c = \`fetch(\`;`,
    ],
  ])("allows %s", (_, source) => {
    expect(impure(source)).toEqual([]);
  });

  it.each([
    ...[
      ...["net", "tls", "http", "https", "http2", "dgram", "dns", "dns/promises", "fs", "fs/promises", "os"],
      ...["timers", "timers/promises", "child_process", "worker_threads", "cluster", "sqlite", "readline"],
      ...["process", "perf_hooks", "events", "stream", "module", "vm"],
    ].map((name) => [`import { a } from "node:${name}";`, `imports node:${name}`]),
    [`import "node:net";`, "imports node:net"],
    [`export * from "node:net";`, "imports node:net"],
    [`export { a } from "node:net";`, "imports node:net"],
    [`import { type Socket } from "node:net";`, "imports node:net"],
    [`await import("node:net");`, "imports node:net"],
    [`await import(name);`, "imports a module by a computed name"],
    ...[
      ...["randomBytes", "randomFill", "randomFillSync", "randomUUID", "randomInt", "webcrypto"],
      ...["generateKeyPair", "generateKeyPairSync", "generateKey", "generateKeySync", "generatePrime"],
    ].map((name) => [
      `import { ${name} as a } from "node:crypto";`,
      `imports ${name} (randomness) from node:crypto`,
    ]),
    [`import { scrypt } from "node:crypto";`, "imports scrypt (the thread pool) from node:crypto"],
    [
      `import crypto from "node:crypto";`,
      "imports node:crypto whole, which hides what it draws: import by name",
    ],
    [
      `import * as crypto from "node:crypto";`,
      "imports node:crypto whole, which hides what it draws: import by name",
    ],
    [`export * from "node:crypto";`, "imports node:crypto whole, which hides what it draws: import by name"],
    ["Date.now();", "uses Date.now"],
    [`Date["now"]();`, "uses Date.now"],
    ["Date[name]();", "uses Date.*"],
    ["const { now } = Date;", "uses Date"],
    ["const f = Date.now.bind(Date, 1);", "uses Date.now"],
    ["new Date();", "uses Date without arguments"],
    ["Date();", "uses Date()"],
    ["performance.now();", "uses performance.now"],
    ["Math.random();", "uses Math.random"],
    ["const { random } = Math;", "uses Math"],
    ["AbortSignal.timeout(5);", "uses AbortSignal.timeout"],
    ["crypto.getRandomValues(a);", "uses crypto.getRandomValues"],
    ["setTimeout(f, 1);", "uses setTimeout"],
    ["setInterval(f, 1);", "uses setInterval"],
    ["setImmediate(f);", "uses setImmediate"],
    ["queueMicrotask(f);", "uses queueMicrotask"],
    ["process.nextTick(f);", "uses process.nextTick"],
    ["process?.env.HOME;", "uses process.env"],
    ["const { env } = process;", "uses process"],
    ["f({ process });", "uses process"],
    ["(process as unknown)!;", "uses process"],
    ["console.log(1);", "uses console.log"],
    ["fetch(url);", "uses fetch"],
    ["new WebSocket(url);", "uses WebSocket"],
    ["new RTCPeerConnection();", "uses RTCPeerConnection"],
    ["globalThis.fetch(url);", "uses globalThis.fetch"],
    [`globalThis["set" + "Timeout"](f);`, "uses globalThis.*"],
    ["function f(now = Date.now()) {}", "uses Date.now"],
    ["const a = `$" + "{Date.now()}`;", "uses Date.now"],
    ["const a = 4 / 2; Date.now(); const b = 1 / 2;", "uses Date.now"],
  ])("refuses %s", (source, what) => {
    expect(impure(source).slice(0, 1)).toEqual([`src/jwt/a.ts:1 ${what}, but is not a shell`]);
  });

  it("lets a shell do all that", () => {
    const files = parse({ "src/jwt/a.ts": `import "node:net"; Date.now();` });
    expect(rules.impurities(files, table("| `src/jwt/a.ts` ■ | x |"))).toEqual([]);
  });

  it("refuses a mark on a file that does not exist", () => {
    expect(rules.falseShells(parse({}), table("| `src/jwt/a.ts` ■ | x |"))).toEqual([
      "src/jwt/a.ts is marked ■ but does not exist",
    ]);
  });

  it("refuses a mark on a file that is pure", () => {
    const files = parse({ "src/jwt/a.ts": `import type { Socket } from "node:net";` });
    expect(rules.falseShells(files, table("| `src/jwt/a.ts` ■ | x |"))).toEqual([
      "src/jwt/a.ts is marked ■ but is pure",
    ]);
  });
});

describe("the rule of the file table", () => {
  it("reads files and marks from rows alone", () => {
    const { files, shells } = table(
      "Text about `src/x.ts` ■.\n\n| `src/a.ts` | a |\n| `src/b.ts` ■ | b |\n| `web/` | c |",
    );
    expect([files, [...shells]]).toEqual([["src/a.ts", "src/b.ts"], ["src/b.ts"]]);
  });

  it("refuses a text without a table", () => {
    expect(() => table("# Architecture")).toThrow("has no file table");
  });

  it("refuses files that are missing, gone or there twice", () => {
    const files = parse({ "src/a.ts": "", "src/b.ts": "", "web/c.ts": "" });
    expect(
      rules.tableGaps(files, table("| `src/a.ts` | a |\n| `src/a.ts` | a |\n| `src/z.ts` | z |")),
    ).toEqual([
      "src/b.ts is not in the file table of ARCHITECTURE.md",
      "src/z.ts is in the file table of ARCHITECTURE.md but does not exist",
      "src/a.ts is in the file table of ARCHITECTURE.md twice",
    ]);
  });
});

describe("the rule of size", () => {
  const lines = (count: number): string => "f();\n".repeat(count);

  it("allows 300 lines in a file and 60 in a function", () => {
    expect(
      rules.oversized(parse({ "src/a.ts": lines(300), "src/b.ts": `function g() {\n${lines(58)}}` })),
    ).toEqual([]);
  });

  it("refuses more", () => {
    const files = { "src/a.ts": lines(301), "src/b.ts": `\nclass A { g() {\n${lines(59)}} }` };
    expect(rules.oversized(parse(files))).toEqual([
      "src/a.ts has 301 lines, more than 300",
      "src/b.ts:2 is a function of 61 lines, more than 60",
    ]);
  });
});

describe("the rule of READMEs", () => {
  it("refuses a folder without one", () => {
    const files = new Map([
      ["src/a.ts", ""],
      ["src/jwt/a.ts", ""],
      ["src/jwt/README.md", ""],
      ["src/auth/a.ts", ""],
    ]);
    expect(rules.missingReadmes(files)).toEqual(["src/auth has no README.md"]);
  });
});

type Files = Readonly<Record<string, string>>;
type Sources = ReturnType<typeof rules.parseTree>;

function parse(files: Files): Sources {
  return rules.parseTree(new Map(Object.entries(files)));
}

function stray(files: Files): readonly string[] {
  return rules.strayImports(parse(files));
}

function directions(files: Files): readonly string[] {
  return rules.wrongDirections(parse(files));
}

function impure(source: string): readonly string[] {
  return rules.impurities(parse({ "src/jwt/a.ts": source }), table("| `src/other.ts` ■ | x |"));
}

function table(markdown: string): ReturnType<typeof readFileTable> {
  return readFileTable(markdown);
}
