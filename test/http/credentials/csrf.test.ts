import { describe, expect, it } from "vitest";
import {
  isSafeMethod,
  isSameOrigin,
  type OriginFields,
  requestSource,
} from "../../../src/http/credentials/csrf.ts";

describe("where a request comes from", () => {
  const ours = ["https://chat.example"];
  it.each<[string, OriginFields, readonly string[], ReturnType<typeof requestSource>]>([
    ["our page", { "sec-fetch-site": "same-origin" }, ours, "same-origin"],
    ["the user", { "sec-fetch-site": "none" }, ours, "same-origin"],
    ["a sibling domain", { "sec-fetch-site": "same-site" }, ours, "cross-origin"],
    ["another site", { "sec-fetch-site": "cross-site" }, ours, "cross-origin"],
    ["two fields joined", { "sec-fetch-site": "same-origin, cross-site" }, ours, "cross-origin"],
    ["an unknown word", { "sec-fetch-site": "SAME-ORIGIN" }, ours, "cross-origin"],
    ["an empty word", { "sec-fetch-site": "" }, ours, "cross-origin"],
    ["a listed origin", { origin: "https://chat.example" }, ours, "same-origin"],
    [
      "a listed origin from elsewhere",
      { origin: "https://chat.example", "sec-fetch-site": "cross-site" },
      ours,
      "same-origin",
    ],
    ["another scheme", { origin: "http://chat.example" }, ours, "cross-origin"],
    ["another port", { origin: "https://chat.example:444" }, ours, "cross-origin"],
    ["a longer name", { origin: "https://chat.example.evil" }, ours, "cross-origin"],
    ["a subdomain", { origin: "https://a.chat.example" }, ours, "cross-origin"],
    ["a sandbox", { origin: "null" }, ours, "cross-origin"],
    [
      "an unlisted host that is Host",
      { origin: "https://evil.example", host: "evil.example" },
      ours,
      "cross-origin",
    ],
    ["no browser", {}, ours, "unknown"],
    ["the host itself", { origin: "http://127.0.0.1:8080", host: "127.0.0.1:8080" }, [], "same-origin"],
    ["the host behind TLS", { origin: "https://chat.example", host: "Chat.Example" }, [], "same-origin"],
    ["another port of the host", { origin: "http://127.0.0.1:81", host: "127.0.0.1:80" }, [], "cross-origin"],
    ["another host", { origin: "http://evil.example", host: "chat.example" }, [], "cross-origin"],
    ["a sandbox at the host null", { origin: "null", host: "null" }, [], "cross-origin"],
    ["an empty origin", { origin: "", host: "" }, [], "cross-origin"],
    ["no origin at all", { origin: "//chat.example", host: "chat.example" }, [], "cross-origin"],
    ["a path as origin", { origin: "http://chat.example/", host: "chat.example/" }, [], "cross-origin"],
    ["an origin without Host", { origin: "http://chat.example" }, [], "cross-origin"],
    [
      "Fetch Metadata over a host",
      { origin: "http://a", host: "a", "sec-fetch-site": "cross-site" },
      [],
      "cross-origin",
    ],
  ])("%s", (_what, fields, origins, source) => {
    expect(requestSource(fields, origins)).toBe(source);
    expect(isSameOrigin(fields, origins)).toBe(source === "same-origin");
  });
});

describe("RFC 9110 §9.2.1 safe methods", () => {
  it("are these four", () => {
    const methods = ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "DELETE", "PATCH", "CONNECT", "get"];
    expect(methods.filter(isSafeMethod)).toEqual(["GET", "HEAD", "OPTIONS", "TRACE"]);
  });
});
