/** The shell that reads passwords: unseen from a terminal, or the one line on standard input; and that answers. */
import { createInterface } from "node:readline";
import { type Readable, Writable } from "node:stream";
import { CommandError, ExitCode } from "./exit-code.ts";
import { read } from "./input.ts";

/** What a command asks of whoever runs it, and what it tells them. */
export interface Dialogue {
  /**
   * The password that is typed or piped in.
   *
   * @param times how often a person has to type it: twice where nobody would notice a slip
   * @throws {CommandError} 3 when there is none, when it is no line of UTF-8, or the second differs from the first
   */
  readPassword(times: 1 | 2): Promise<string>;
  /** The result. */
  print(text: string): void;
  /** What is not the result. */
  remark(text: string): void;
}

/** With this process's terminal, or what stands in its place. */
export const processDialogue: Dialogue = {
  readPassword: async (times) => {
    const { stdin, stderr } = process;
    if (stdin.isTTY) return askPassword({ input: stdin, output: stderr }, times);
    return oneLine(await read({ from: "stdin" }, "the password"));
  },
  print: (text) => process.stdout.write(text),
  remark: (text) => process.stderr.write(`barewire: note: ${text}\n`),
};

/** Where a person sits. */
export interface Terminal {
  readonly input: Readable;
  readonly output: { write(text: string): unknown };
}

/** Asks for a password without showing it. Backspace and the like work as always. */
export async function askPassword({ input, output }: Terminal, times: 1 | 2): Promise<string> {
  // What readline would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const typed = lines[Symbol.asyncIterator]();
  const ask = async (prompt: string): Promise<string> => {
    output.write(prompt);
    const { value, done } = await typed.next();
    output.write("\n");
    if (done) throw unreadable("no password was given");
    return value;
  };
  try {
    const password = await ask("Password: ");
    if (times === 1 || (await ask("The same again: ")) === password) return password;
  } finally {
    lines.close();
  }
  throw unreadable("the second password is not the first");
}

/** The one line in `octets`; its end, which editors and echo add, does not belong to the password. */
export function oneLine(octets: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(octets).replace(/\r?\n$/, "");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unreadable("the password from standard input is not UTF-8");
  }
  if (!/[\r\n]/.test(text)) return text;
  throw unreadable("standard input has more than one line, and a password has one");
}

function unreadable(message: string): CommandError {
  return new CommandError(ExitCode.Unreachable, message);
}
