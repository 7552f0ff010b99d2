import { describe, expect, it } from "vitest";
import {
  type Command,
  type CommandLine,
  describeCommand,
  parseCommandLine,
} from "../../src/cli/command-line.ts";

const command: Command = {
  name: "tea make",
  operands: "[CUP] [options]",
  summary: "Makes tea.",
  groups: [
    {
      title: "Options",
      options: [
        { flag: "leaf", value: "NAME", help: "which leaf" },
        { flag: "spoon", value: "NUMBER", help: "how much", repeatable: true },
        { flag: "milk", help: "with milk" },
      ],
    },
  ],
  notes: "  barewire tea make",
};

function parse(...args: string[]): CommandLine {
  return parseCommandLine(args, command)!;
}

describe("parseCommandLine", () => {
  it("reads values, switches, repeated options and operands in any order", () => {
    const line = parse("--spoon", "1", "cup", "--milk", "--leaf=oolong", "--spoon=2", "-");
    expect(line.text("leaf")).toBe("oolong");
    expect(line.texts("spoon")).toEqual(["1", "2"]);
    expect([line.has("milk"), line.has("leaf"), line.has("sugar")]).toEqual([true, true, false]);
    expect(line.operands).toEqual(["cup", "-"]);
  });

  it("takes a lone hyphen for a value, and everything after two for operands", () => {
    expect(parse("--leaf", "-").text("leaf")).toBe("-");
    expect(parse("--", "--leaf").operands).toEqual(["--leaf"]);
  });

  it.each([[["--help"]], [["-h"]], [["--leaf", "x", "--help"]]])("sees that %j asks for help", (args) => {
    expect(parseCommandLine(args, command)).toBeUndefined();
  });

  it.each([
    [["--sugar"], "there is no option --sugar"],
    [["-x"], "there is no option -x"],
    [["--leaf"], "--leaf needs a value"],
    [["--leaf="], "--leaf needs a value"],
    [["--leaf", "--milk"], "--leaf needs a value; one that begins"],
    [["--milk=yes"], "--milk takes no value"],
    [["--leaf", "a", "--leaf", "b"], "--leaf is given 2 times"],
  ])("refuses %j with 2, naming the option and the help", (args, message) => {
    expect(() => parse(...args)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringMatching(new RegExp(`^${message}.* \\(barewire tea make --help\\)$`)),
      }),
    );
  });

  it("takes a value that begins with a hyphen after an equals sign", () => {
    expect(parse("--leaf=-oolong").text("leaf")).toBe("-oolong");
  });

  it.each([
    ["--key=hunter2"],
    ["--secret=hunter2"],
    ["-khunter2"],
    ["-S", "hunter2"],
    ["--password", "hunter2"],
  ])("says for %j that a key is never an argument, without repeating it", (...args) => {
    expect(() => parse(...args)).toThrow(/a key is never an argument.*--key-file, --key-env or --key-stdin/);
    expect(() => parse(...args)).toThrow(/^[^2]*\(/);
  });

  it("shows neither much nor anything that acts of an option it does not know", () => {
    expect(() => parse(`--\x1b[2J${"x".repeat(99)}`)).toThrow(/^there is no option --\\u001b\[2Jx+… \(/);
  });
});

describe("describeCommand", () => {
  it("lists every option in columns", () => {
    expect(describeCommand(command)).toBe(`barewire tea make [CUP] [options]

Makes tea.

Options:
  --leaf NAME      which leaf
  --spoon NUMBER   how much
  --milk           with milk

  barewire tea make
`);
  });
});
