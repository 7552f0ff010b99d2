import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { askPassword, oneLine } from "../../src/cli/password-input.ts";

/** A person who types `keys` as soon as something is asked, and then the next; and what was on the screen. */
function person(...keys: readonly string[]) {
  const input = new PassThrough();
  const answers = [...keys];
  let screen = "";
  const write = (text: string): void => {
    screen += text;
    const answer = text.endsWith(": ") ? answers.shift() : undefined;
    if (answer !== undefined) input.write(answer);
  };
  return { terminal: { input, output: { write } }, screen: () => screen };
}

describe("a password from a terminal", () => {
  it("is asked for and never shown", async () => {
    const { terminal, screen } = person("zk4-9xqw\r");
    expect(await askPassword(terminal, 1)).toBe("zk4-9xqw");
    expect(screen()).toBe("Password: \n");
  });

  it("can be mended while it is typed", async () => {
    expect(await askPassword(person("zk4-9xx\x7fqw\r").terminal, 1)).toBe("zk4-9xqw");
    expect(await askPassword(person("p\u00e4ss\u{1f438}\x7f\r").terminal, 1)).toBe("p\u00e4ss");
  });

  it("is typed twice where it will be kept", async () => {
    const { terminal, screen } = person("zk4-9xqw\r", "zk4-9xqw\r");
    expect(await askPassword(terminal, 2)).toBe("zk4-9xqw");
    expect(screen()).toBe("Password: \nThe same again: \n");
  });

  it("is refused when the second is another", async () => {
    const { terminal, screen } = person("zk4-9xqw\r", "zk4-9xqx\r");
    await expect(askPassword(terminal, 2)).rejects.toMatchObject({ exitCode: 3 });
    expect(screen()).not.toContain("zk4");
  });

  it.each([
    ["Ctrl-C", "zk4\x03"],
    ["Ctrl-D", "\x04"],
  ])("is not there after %s", async (_what, key) => {
    await expect(askPassword(person(key).terminal, 2)).rejects.toMatchObject({
      exitCode: 3,
      message: "no password was given",
    });
  });
});

describe("a password from standard input", () => {
  it.each([
    ["", ""],
    ["zk4-9xqw", "zk4-9xqw"],
    ["zk4-9xqw\n", "zk4-9xqw"],
    ["zk4-9xqw\r\n", "zk4-9xqw"],
    ["\ufeffzk4-9xqw\r\n", "zk4-9xqw"],
    [" zk4\t9xqw \n", " zk4\t9xqw "],
  ])("is the one line of %j without its end", (text, password) => {
    expect(oneLine(Buffer.from(text))).toBe(password);
  });

  it.each([
    ["two lines", Buffer.from("zk4-9xqw\nzk4-9xqw\n")],
    ["an empty line after it", Buffer.from("zk4-9xqw\n\n")],
    ["a carriage return inside", Buffer.from("zk4\r9xqw")],
    ["octets that are not UTF-8", Buffer.from("zk4-9xqw\xff", "latin1")],
  ])("is refused with %s, and not repeated", (_what, octets) => {
    expect(() => oneLine(octets)).toThrow(
      expect.objectContaining({ exitCode: 3, message: expect.not.stringContaining("zk4") }),
    );
  });
});
