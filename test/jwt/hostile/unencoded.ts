import { verifyJws } from "../../../src/jwt/jws.ts";
import { seal, secret, segment, signatureBy } from "../forge.ts";
import type { TokenTheme } from "./theme.ts";

const plain = segment({ alg: "HS256" });
const raw = segment({ alg: "HS256", b64: false, crit: ["b64"] });
const encoded = segment("payload");
const flawless = seal(`${raw}.payload`);
const signature = flawless.slice(flawless.lastIndexOf(".") + 1);
const stating = (header: object, payload = "payload") =>
  seal(`${segment({ alg: "HS256", ...header })}.${payload}`);

const attached: TokenTheme = {
  rule: "RFC 7797 §3 to RFC 7797 §6 a payload that is signed as it is",
  key: secret,
  verify: (token, key) => verifyJws(token, key),
  flawless,
  cases: [
    [
      "b64 that is not listed in crit",
      stating({ b64: false }),
      "jws/critical",
      stating({ b64: true }, encoded),
    ],
    ["b64 of false with an empty crit", stating({ b64: false, crit: [] }), "jws/critical"],
    ["b64 listed and not there", stating({ crit: ["b64"] }, encoded), "jws/critical", stating({}, encoded)],
    ["b64 listed twice", stating({ b64: false, crit: ["b64", "b64"] }), "jws/critical"],
    ["b64 listed beside another", stating({ b64: false, x: 1, crit: ["b64", "x"] }), "jws/critical"],
    ["another listed in its place", stating({ b64: false, x: 1, crit: ["x"] }), "jws/critical"],
    ["b64 as a text", stating({ b64: "false", crit: ["b64"] }), "jws/malformed"],
    ["b64 as zero", stating({ b64: 0, crit: ["b64"] }), "jws/malformed"],
    ["b64 as null", stating({ b64: null, crit: ["b64"] }), "jws/malformed"],
    [
      "a name in other capitals",
      stating({ B64: false, crit: ["B64"] }),
      "jws/malformed",
      stating({ B64: false }, encoded),
    ],
    ["a full stop in the payload", seal(`${raw}.pay.load`), "jws/malformed", seal(`${raw}.pay:load`)],
    ["a line feed in the payload", seal(`${raw}.pay\nload`), "jws/malformed", seal(`${raw}.pay load`)],
    ["a tabulator in the payload", seal(`${raw}.pay\tload`), "jws/malformed", seal(`${raw}.pay~load`)],
    ["a letter beyond ASCII in the payload", seal(`${raw}.p\u00e4yload`), "jws/malformed"],
    ["a DEL in the payload", seal(`${raw}.payload\x7f`), "jws/malformed", seal(`${raw}.`)],
    [
      "the signature of the encoded payload",
      `${raw}.payload.${signatureBy("HS256", secret.material, `${raw}.${encoded}`).toString("base64url")}`,
      "jws/bad-signature",
    ],
    [
      "the signature of the payload as it is, under b64 of true",
      `${plain}.${encoded}.${signatureBy("HS256", secret.material, `${plain}.payload`).toString("base64url")}`,
      "jws/bad-signature",
      seal(`${plain}.${encoded}`),
    ],
    ["another payload", `${raw}.Payload.${signature}`, "jws/bad-signature"],
    ["a payload that is gone", `${raw}..${signature}`, "jws/bad-signature"],
  ],
};

const detachedBy = (header: string, payload: string) =>
  `${header}..${signatureBy("HS256", secret.material, `${header}.${payload}`).toString("base64url")}`;

const detached: TokenTheme = {
  rule: "RFC 7515 appendix F and RFC 7797 §5.1 a payload that comes another way",
  key: secret,
  verify: (token, key) => verifyJws(token, key, { payload: "pay.l\u00f6ad" }),
  flawless: detachedBy(raw, "pay.l\u00f6ad"),
  cases: [
    ["a token that brings its own", seal(`${raw}.payload`), "jws/malformed"],
    ["a token that brings the same, encoded", seal(`${plain}.${segment("pay.l\u00f6ad")}`), "jws/malformed"],
    ["another payload's signature", detachedBy(raw, "pay.load"), "jws/bad-signature"],
    ["the encoded payload's signature", detachedBy(raw, segment("pay.l\u00f6ad")), "jws/bad-signature"],
    [
      "the signature of the payload as it is, where it should be encoded",
      detachedBy(plain, "pay.l\u00f6ad"),
      "jws/bad-signature",
      detachedBy(plain, segment("pay.l\u00f6ad")),
    ],
    ["no payload's signature", detachedBy(raw, ""), "jws/bad-signature"],
    ["one dot in place of two", detachedBy(raw, "pay.l\u00f6ad").replace("..", "."), "jws/malformed"],
    ["three dots in place of two", detachedBy(raw, "pay.l\u00f6ad").replace("..", "..."), "jws/malformed"],
  ],
};

export const themes: readonly TokenTheme[] = [attached, detached];
