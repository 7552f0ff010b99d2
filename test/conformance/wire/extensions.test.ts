import { describe, expect, it } from "vitest";
import { isExtensionList, readExtensions } from "../../../src/conformance/wire/extensions.ts";

describe("RFC 6455 §9.1 Sec-WebSocket-Extensions", () => {
  it("is a list of names with parameters", () => {
    expect(readExtensions(' a ; b=1;c, ,d;e="1\\0" ')).toEqual([
      {
        name: "a",
        parameters: [
          ["b", "1"],
          ["c", undefined],
        ],
      },
      { name: "d", parameters: [["e", "10"]] },
    ]);
  });

  it("may have separators within quotation marks", () => {
    expect(readExtensions('a; b=",c;d", e').map(({ name }) => name)).toEqual(["a", "e"]);
  });

  it.each(["a", "a, b", "a;b;c=1, d", 'a;b="x"', ",a,,b,", "a\t; b = c", 'a;b="\\x"'])(
    "may be %j",
    (value) => {
      expect(isExtensionList(value)).toBe(true);
    },
  );

  it.each(["", ",", "a;", "a;b=", ";b", "a b", 'a;b="', 'a;b=""', 'a;b="x y"', 'a;b="x"y', "a;b=c=d", "ä"])(
    "is not %j",
    (value) => {
      expect(isExtensionList(value)).toBe(false);
    },
  );
});
