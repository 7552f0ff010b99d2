/** The shell that reads what commands are given: files, variables, standard input, each up to a limit. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { CommandError, ExitCode } from "./exit-code.ts";
import { describeSource, looksLikeSecret, type Source } from "./source.ts";

/** The most octets that are read of anything: 1 MiB, four times the longest token. */
export const MAX_INPUT = 1_048_576;

/**
 * Everything at `source`.
 *
 * @param what for messages: "the key"
 * @throws {CommandError} 3 when it cannot be read or is longer than {@link MAX_INPUT}
 */
export async function read(source: Source, what: string): Promise<Buffer> {
  switch (source.from) {
    case "variable":
      return readVariable(source.name, what);
    case "stdin":
      if (process.stdin.isTTY && process.stderr.isTTY) {
        process.stderr.write(`Paste ${what}, then press Enter and Ctrl-D.\n`);
      }
      return collect(process.stdin, source, what);
    case "file":
      return collect(createReadStream(source.path), source, what);
  }
}

function readVariable(name: string, what: string): Buffer {
  const text = process.env[name];
  if (text === undefined || text === "") {
    throw new CommandError(ExitCode.Unreachable, `${what} is not in the variable ${name}, which is not set`);
  }
  return Buffer.from(text);
}

async function collect(stream: Readable, source: Source, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_INPUT) break; // which destroys the stream
      chunks.push(chunk);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new CommandError(ExitCode.Unreachable, unreadable(error, source, what), { cause: error });
  }
  if (length > MAX_INPUT) {
    const place = describeSource(source);
    throw new CommandError(ExitCode.Unreachable, `${what} from ${place} is longer than ${MAX_INPUT} octets`);
  }
  return Buffer.concat(chunks);
}

function unreadable({ code }: NodeJS.ErrnoException, source: Source, what: string): string {
  // A secret put where its file should be named must not end up in a log.
  const place =
    source.from === "file" && looksLikeSecret(source.path)
      ? "the named file (its name is not shown, for it may be a secret)"
      : describeSource(source);
  return `${what} cannot be read from ${place}: ${systemReason(code)}`;
}

/** Why the system refused, in words where we have them. */
export function systemReason(code: string | undefined): string {
  return reasons[code ?? ""] ?? code ?? "no reason given";
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
