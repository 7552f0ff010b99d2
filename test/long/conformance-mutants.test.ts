import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";

/** Resolves with the exit code of the matrix of one role, and what it printed. */
async function matrix(role: string): Promise<{ code: number | null; output: string; complaints: string }> {
  const child = spawn(process.execPath, ["tools/conformance-matrix.ts", role], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 580_000,
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [code, output, complaints] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output, complaints };
}

// A process for each role, side by side: each keeps one core busy.
describe.concurrent.each(["server", "client"])("the conformance suite, against a %s", (role) => {
  it("is green with the correct one in every case, and each case is red on a mutant", async () => {
    const { code, output, complaints } = await matrix(role);
    process.stdout.write(output);
    // What is missing stands at the end of the matrix.
    expect({ code, complaints, end: output.slice(-2_000) }).toMatchObject({ code: 0, complaints: "" });
  });
});
