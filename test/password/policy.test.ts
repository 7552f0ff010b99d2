import { describe, expect, it } from "vitest";
import { commonPasswords } from "../../src/password/common-passwords.ts";
import { PasswordError } from "../../src/password/errors.ts";
import { checkPassword, type PasswordContext } from "../../src/password/policy.ts";

/** The code and message of a refusal; `undefined`: the password may be chosen. */
async function refusal(password: string, context?: PasswordContext): Promise<PasswordError | undefined> {
  try {
    await checkPassword(password, context);
    return undefined;
  } catch (error) {
    if (error instanceof PasswordError) return error;
    throw error;
  }
}

async function code(password: string, context?: PasswordContext): Promise<string | undefined> {
  return (await refusal(password, context))?.code;
}

describe("the length of a password", () => {
  it("is at least eight characters", async () => {
    expect(await code("")).toBe("password/too-short");
    expect(await code("zk4-9xq")).toBe("password/too-short");
    expect(await code("zk4-9xqw")).toBeUndefined();
  });

  it("counts code points, not UTF-16 units", async () => {
    expect(await code("🐸🐷🐵🦊🐻🐼🐨")).toBe("password/too-short");
    expect(await code("🐸🐷🐵🦊🐻🐼🐨🐯")).toBeUndefined();
  });

  it("counts after normalisation, as it will be hashed", async () => {
    expect(await code("e\u0301".repeat(7))).toBe("password/too-short");
    expect(await code("\ufb03".repeat(3))).toBeUndefined(); // three ligatures, nine letters
  });

  it("is at most 256 bytes", async () => {
    expect(await code("zk4-".repeat(64))).toBeUndefined();
    expect(await code(`${"zk4-".repeat(64)}x`)).toBe("password/too-long");
    expect(await code("\ufdfa".repeat(2 ** 20))).toBe("password/too-long");
  });

  it("allows 64 of whatever characters there are", async () => {
    expect(await code("🐸🐷🐵🦊".repeat(16))).toBeUndefined();
  });
});

describe("what is in a password", () => {
  it("is no business of ours: space, any script, control characters", async () => {
    for (const password of [
      "        ",
      "пароль для меня",
      "合言葉合言葉合言葉合",
      "\0\0\0\0\0\0\0\x07",
      "zkqwjvxp",
    ]) {
      expect(await code(password)).toBeUndefined();
    }
  });

  it("is Unicode", async () => {
    expect(await code("zk4-9xqw\ud800")).toBe("password/not-unicode");
    expect(await code("\udc00zk4-9xqw")).toBe("password/not-unicode");
  });
});

describe("common passwords", () => {
  it.each(["password", "12345678", "qwertyuiop", "trustno1", "1qaz2wsx", "iloveyou"])(
    "refuses %s",
    async (word) => {
      expect(await code(word)).toBe("password/common");
    },
  );

  it("refuses them in capitals and in other spellings of their letters", async () => {
    for (const word of [
      "PassWord",
      "PASSWORD",
      "ｐａｓｓｗｏｒｄ",
      "𝗽𝗮𝘀𝘀𝘄𝗼𝗿𝗱",
      "paßword1",
      "ıloveyou",
      "\u017funshine",
    ]) {
      expect(await code(word)).toBe("password/common");
    }
  });

  it("refuses every one of the list", async () => {
    for (const word of commonPasswords) expect(await code(word.toUpperCase())).toBe("password/common");
  });

  it("lets pass what only contains one", async () => {
    expect(await code("password for the boat house")).toBeUndefined();
    expect(await code("password 12345678")).toBeUndefined();
  });

  it("is not fooled by names that every object has", async () => {
    expect(await code("constructor")).toBeUndefined();
    expect(await code("__proto__")).toBeUndefined();
  });
});

describe("the username and the words of the place", () => {
  it.each([
    ["alexandra.k", "alexandra.k"],
    ["alexandra.k", "ALEXANDRA.K"],
    ["alexandra.k", "ＡＬＥＸＡＮＤＲＡ.Ｋ"],
    ["\uff41lexandra.k", "alexandra.k"],
    ["alexandra", "alexandra2026!"],
    ["alexandra", "...Alexandra..."],
    ["alexandra7", "alexandra8"],
    ["kim", "12345Kim!!"],
    ["4071988231", "4071988231"],
  ])("refuses for %s the password %s", async (username, password) => {
    expect(await code(password, { username })).toBe("password/username");
  });

  it.each([
    ["alexandra", "alexandra likes boats"],
    ["kim", "kimono-zk4-9xq"],
    ["4071988231", "zk4-9xqw"],
    ["", "4071988232"],
    ["\ud800", "zk4-9xqw"],
  ])("lets pass for %j the password %s", async (username, password) => {
    expect(await code(password, { username })).toBeUndefined();
  });

  it("refuses the words it is given in the same way", async () => {
    const contextWords = ["Example Corp", "barewire"];
    expect(await code("example corp 1", { contextWords })).toBe("password/context-word");
    expect(await code("Barewire!!", { contextWords })).toBe("password/context-word");
    expect(await code("barewire and boats", { contextWords })).toBeUndefined();
  });
});

describe("the message of a refusal", () => {
  it.each<[string, string, PasswordContext]>([
    ["zk4-9xq", "", {}],
    [`${"zk4-".repeat(64)}x`, "\ufdfa".repeat(500), {}],
    ["zk4-9xqw\ud800", "\udfff", {}],
    ["password", "12345678", {}],
    ["alexandra1", "Alexandra", { username: "alexandra" }],
    ["barewire1", "Example!", { contextWords: ["barewire", "example"] }],
  ])("says what to do, and nothing of the password (%#)", async (one, other, context) => {
    const [message, same] = [
      (await refusal(one, context))?.message,
      (await refusal(other, context))?.message,
    ];
    expect(message).toMatch(
      /^(?:Choose (?:a longer|a shorter|another) password|Type the password again): .+\.$/,
    );
    expect(message).toBe(same);
  });
});
