import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTurnSecrets } from "../../src/cli/serve-secret.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-secret-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function written(text: string): Promise<string> {
  const path = join(folder, "secret");
  await writeFile(path, text);
  return path;
}

const [one, two] = ["0123456789abcdef", "n$w!_secret/of+more==than16"] as const;

describe("the file with the secret of TURN servers", () => {
  it.each([
    [one, [one]],
    [`${one}\n`, [one]],
    [`${two}\r\n${one}\r\n`, [two, one]],
  ])("%j has the secrets %j, the one that mints first", async (text, secrets) => {
    expect(await readTurnSecrets(await written(text))).toEqual(secrets);
  });

  it.each(["", "\n", "short", `${one} ${two}`, `${one}\nshort`, `#${one}`, "x".repeat(257), `${one}\u00e9`])(
    "is refused, unquoted, with %j in it",
    async (text) => {
      const path = await written(text);
      const error: unknown = await readTurnSecrets(path).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining(path) });
      if (text.length > 4) expect((error as Error).message).not.toContain(text.slice(0, 5));
    },
  );

  it("is none where no path is given, and named where it is missing", async () => {
    expect(await readTurnSecrets("")).toEqual([]);
    await expect(readTurnSecrets(join(folder, "nowhere"))).rejects.toMatchObject({ exitCode: 3 });
  });
});
