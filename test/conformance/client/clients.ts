/** Clients to be put under test: each is a few lines for `node -e`, and gets its URL as `process.argv[1]`. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Case } from "../../../src/conformance/case.ts";
import type { ClientTrial } from "../../../src/conformance/client/client-trial.ts";
import { finish } from "../../../src/conformance/peer/closing.ts";

/** The command that runs a script. */
export function node(script: string): string {
  return `"${process.execPath}" -e '${script}' {url}`;
}

/** A client that does nothing but echo, and ends with its connection. */
export const echoing = "const s = new WebSocket(process.argv[1]); s.onmessage = ({ data }) => s.send(data);";

/** A client that echoes, and connects `times` times, each time that its connection has ended. */
export function returning(times: number): string {
  return `let left = ${times}; (function go() {
    if (left-- === 0) return;
    const s = new WebSocket(process.argv[1]);
    s.onmessage = ({ data }) => s.send(data);
    s.onclose = go;
  })();`;
}

/** Runs `then`, written in JavaScript, when the plain TCP connection is there as `s`. */
export function connecting(then: string): string {
  return `const s = require("net").connect(new URL(process.argv[1]).port, "127.0.0.1", () => { ${then} });`;
}

/** A case: an echo and a closing handshake, unless it says something else. */
export function echoCase(id: string, other: Partial<Case<ClientTrial>> = {}): Case<ClientTrial> {
  return {
    id,
    title: "a text message",
    requirement: "an echo",
    level: "MUST",
    profile: "core",
    autobahn: [],
    roles: ["client"],
    run: async (trial) => {
      const peer = await trial.open();
      await peer.expectWorking();
      await finish(peer);
    },
    ...other,
  };
}

/** What the reports of these tests have in common. */
export const run = { suite: { name: "suite", version: "0" }, repeat: (id: string): string => id };

/** The number of a process that wrote it to a file. @throws {Error} while it is not there */
export function numberIn(path: string): number {
  const text = readFileSync(path, "utf8");
  if (!text.endsWith("\n")) throw new Error("not written yet");
  return Number(text);
}

/** Whether the process is at work; one that has ended without being asked how is not. */
export function atWork(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}
