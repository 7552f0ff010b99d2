import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpProblem, type HttpRequest, type HttpResponse } from "../../src/http/index.ts";
import { ann, newWorld } from "./auth-world.ts";
import { requestOf } from "./request-of.ts";
import { wholeApi } from "./whole-api.ts";

const seed = 20260102;

const world = await newWorld();
const account = await world.enrol(ann.username);
const { router } = wholeApi(world, { metricsToken: "m".repeat(32) });

const names = [
  ...["username", "password", "scope", "cookies", "grant_type", "refresh_token", "token", "token_type_hint"],
  ...["current_password", "new_password", "__proto__", "constructor", ""],
];
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    ann.username,
    ann.password,
    "refresh_token",
    "account",
    "true",
    "bwr_",
    "a\u0000b",
    "\ud800",
  ),
);
/** What every route needs, with a few members put in their place. */
const whole = {
  ...{ ...ann, token: "$access", refresh_token: "$refresh" },
  ...{ current_password: ann.password, new_password: ann.password },
};
const changes = fc.dictionary(fc.constantFrom(...names), fc.oneof(text, fc.jsonValue()), { maxKeys: 2 });
const json = fc.oneof(
  { weight: 4, arbitrary: changes.map((members): unknown => ({ ...whole, ...members })) },
  fc.jsonValue(),
);
const form = fc
  .array(fc.tuple(fc.constantFrom(...names), text), { maxLength: 2 })
  .map((members) => new Map<string, string>([...Object.entries(whole), ...members]));

/** What a request may have beside its route; the good tokens of a login are put where `$access` and `$refresh` are. */
const shown = fc.record({
  authorization: fc.oneof(
    fc.constantFrom(undefined, "Bearer $access", "Basic $basic", "Bearer $refresh"),
    text.map((value) => `Bearer ${value}`),
    text.map((value) => `Basic ${value}`),
  ),
  cookie: fc.oneof(
    fc.constantFrom(undefined, "__Host-barewire_access=$access", "__Secure-barewire_refresh=$refresh"),
    text.map((value) => `__Host-barewire_access=${value}; __Secure-barewire_refresh=${value}`),
  ),
  host: fc.constant("a"),
  origin: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(undefined, "http://a") }, text),
  "user-agent": fc.oneof(fc.constant(undefined), text),
});

const asked = fc.record({
  route: fc.constantFrom(...router.routes.filter(({ pattern }) => pattern.startsWith("/auth/"))),
  shown,
  contentForm: fc.constantFrom("json", "form", "none", "other"),
  json,
  form,
  query: fc.webQueryParameters(),
  id: text,
});

describe(`whatever is sent to the routes of logins (seed ${seed})`, () => {
  it("is answered, and never with 500", async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (request) => {
        const response = await answer(await requestFrom(request));
        expect(response.status === 503 || response.status < 500).toBe(true);
        if (response.status < 400 || response.body === undefined) return;
        expect(JSON.parse(String(response.body))).toMatchObject({ status: response.status });
      }),
      { seed, numRuns: 400 },
    );
  });
});

async function requestFrom(
  sent: typeof asked extends fc.Arbitrary<infer T> ? T : never,
): Promise<HttpRequest> {
  const { accessToken, refreshToken } = await world.sessions.open(account, { device: "", address: "" });
  const { method, pattern } = sent.route;
  const basic = Buffer.from(`${ann.username}:${ann.password}`).toString("base64");
  const fill = (value: string): string =>
    value.replace("$access", accessToken).replace("$refresh", refreshToken).replace("$basic", basic);
  const fields = Object.entries(sent.shown)
    .filter((field): field is [string, string] => field[1] !== undefined)
    .map(([name, value]) => [name, fill(value)]);
  return {
    ...requestOf(
      method,
      pattern.replace(":id", sent.id.replaceAll("/", "") || "x"),
      Object.fromEntries(fields),
    ),
    query: new URLSearchParams(sent.query),
    contentForm: sent.contentForm,
    json: async () => JSON.parse(fill(JSON.stringify(sent.json))),
    form: async () => new Map([...sent.form].map(([name, value]) => [name, fill(value)])),
  };
}

/** As the server does it. */
async function answer(request: HttpRequest): Promise<HttpResponse> {
  try {
    return await router.handle(request);
  } catch (error) {
    if (error instanceof HttpProblem) return error.response;
    throw error;
  }
}
