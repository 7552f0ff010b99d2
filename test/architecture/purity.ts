/**
 * What it means to touch the world: sockets, files, the clock, randomness, the process, other threads.
 *
 * Modules are allowed by name and everything else is the world, so that a module nobody thought of is not
 * pure by oversight.
 */
import type { Source } from "./source.ts";

/** The modules of Node that only calculate. */
const pureModules: readonly string[] = [
  "node:buffer",
  "node:crypto",
  "node:path",
  "node:path/posix",
  "node:querystring",
  "node:string_decoder",
  "node:url",
  "node:util",
  "node:util/types",
  "node:zlib",
];

/**
 * What of `node:crypto` draws random numbers. `createECDH` does not: it derives a public key from a private
 * one. (That `generateKeys` of what it returns would, is not seen.)
 */
const random: RegExp = /^(random|generate|getRandomValues$|webcrypto$|subtle$)/;

/** Password hashing on a thread of the pool: it comes back when the machine has time. */
const pooled: RegExp = /^(scrypt|pbkdf2|hkdf|argon2)$/;

/** Of `node:zlib`, what works on a thread of the pool: all but the calls that return what they made. */
const pooledZlib: RegExp = /^(?!.*Sync$|constants$|codes$|crc32$|[A-Z]\w*Options$)/;

/** Globals that are the world whatever one does with them. */
const worldlyGlobals: readonly string[] = [
  ...["process", "performance", "console", "crypto", "globalThis", "self", "window", "document", "navigator"],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame", "scheduler"],
  ...["fetch", "WebSocket", "WebSocketStream", "EventSource", "XMLHttpRequest", "RTCPeerConnection"],
  ...["Worker", "SharedWorker", "BroadcastChannel", "MessageChannel", "WebTransport"],
  ...["localStorage", "sessionStorage", "indexedDB", "caches", "location", "history"],
  ...["eval", "Function", "require", "module", "Temporal"],
];

/** Globals that are the world through one member; taken as a value they could hide it, so that counts too. */
const worldlyMembers: Readonly<Record<string, readonly string[]>> = {
  Date: ["now", "*"],
  Math: ["random", "*"],
  AbortSignal: ["timeout", "*"],
  Atomics: ["wait", "waitAsync", "*"],
};

/** One place where a file touches the world, in words. */
export interface Touch {
  readonly line: number;
  readonly what: string;
}

/** Every place where a file touches the world; none means that the file is pure. */
export function worldTouches(source: Source): readonly Touch[] {
  return [...source.imports.flatMap(moduleTouches), ...source.globals.flatMap(globalTouches)].sort(
    (a, b) => a.line - b.line,
  );
}

function moduleTouches({ specifier, typeOnly, names, line }: Source["imports"][number]): readonly Touch[] {
  // Types are gone when the program runs: naming the type of a socket is not opening one.
  if (typeOnly) return [];
  if (specifier === undefined) return [{ line, what: "imports a module by a computed name" }];
  if (!specifier.startsWith("node:")) return [];
  if (!pureModules.includes(specifier)) return [{ line, what: `imports ${specifier}` }];
  if (specifier === "node:zlib") {
    const pooledNames = names.filter((name) => pooledZlib.test(name));
    return pooledNames.map((name) => ({ line, what: `imports ${name} (the thread pool) from node:zlib` }));
  }
  if (specifier !== "node:crypto") return [];
  return names.flatMap((name) => {
    if (name === "*" || name === "default")
      return [{ line, what: "imports node:crypto whole, which hides what it draws: import by name" }];
    if (random.test(name)) return [{ line, what: `imports ${name} (randomness) from node:crypto` }];
    return pooled.test(name) ? [{ line, what: `imports ${name} (the thread pool) from node:crypto` }] : [];
  });
}

function globalTouches({ root, name, line }: Source["globals"][number]): readonly Touch[] {
  if (worldlyGlobals.includes(root)) return [{ line, what: `uses ${name}` }];
  const members = worldlyMembers[root];
  if (members === undefined) return [];
  const isPureMember = name.startsWith(`${root}.`) && !members.includes(name.slice(root.length + 1));
  return isPureMember ? [] : [{ line, what: `uses ${name}` }];
}
