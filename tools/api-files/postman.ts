/**
 * The walk as a collection of Postman.
 *
 * https://schema.getpostman.com/json/collection/v2.1.0/collection.json
 */
import { authTags } from "../../src/http/index.ts";
import { type Content, type Credentials, variables, type WalkRequest, walk } from "./walk.ts";

type Json = Readonly<Record<string, unknown>>;

/** The text of `docs/barewire.postman_collection.json`. */
export function postmanCollection(): string {
  const captured = [...new Set(walk.flatMap(({ captures }) => Object.keys(captures)))];
  const collection = {
    info: {
      name: "Barewire",
      description: `Run it from the top to the bottom: each request stores what the next ones need. ${Object.values(authTags).join(" ")}`,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    item: walk.map(itemOf),
    variable: [
      ...Object.entries(variables).map(([key, value]) => ({ key, value })),
      ...captured.map((key) => ({ key, value: "" })),
    ],
  };
  return `${onOneLine(JSON.stringify(collection, undefined, 2))}\n`;
}

/** Lists of texts on one line where they fit, as the formatter of this project has them. */
function onOneLine(json: string): string {
  return json.replace(
    /^(.*)\[\n((?:\s+".*",?\n)+)\s+\](.*)$/gm,
    (all, before: string, items: string, after: string) => {
      const texts = items.trim().split(/\n\s*/).join(" ");
      const line = `${before}[${texts}]${after}`;
      return line.length <= 110 ? line : all;
    },
  );
}

function itemOf(request: WalkRequest): Json {
  const { operation, name, title, path, credentials, content } = request;
  const [pathname = "", query] = path.split("?");
  return {
    name: title,
    id: name,
    event: [{ listen: "test", script: { type: "text/javascript", exec: testScript(request) } }],
    request: {
      method: operation.method,
      description: operation.description ?? "",
      auth: authOf(credentials),
      header: content === undefined ? [] : [{ key: "Content-Type", value: content.type }],
      url: {
        raw: `{{origin}}${path}`,
        host: ["{{origin}}"],
        path: pathname.slice(1).split("/"),
        ...(query !== undefined && { query: query.split("&").map(parameterOf) }),
      },
      ...(content !== undefined && { body: bodyOf(content) }),
    },
  };
}

/** Says whether the answer is right, and stores what later requests need. */
function testScript({ statuses, captures }: WalkRequest): readonly string[] {
  const expected = JSON.stringify(statuses);
  const store = Object.entries(captures).map(
    ([name, member]) => `pm.collectionVariables.set("${name}", pm.response.json().${member});`,
  );
  return [
    `pm.test("answers ${statuses.join(" or ")}", () => pm.expect(${expected}).to.include(pm.response.code));`,
    ...store,
  ];
}

function authOf(credentials: Credentials): Json {
  if (credentials === "none") return { type: "noauth" };
  const entry = (key: string, value: string): Json => ({ key, value, type: "string" });
  if (credentials === "basic") {
    return { type: "basic", basic: [entry("username", "{{username}}"), entry("password", "{{password}}")] };
  }
  return { type: "bearer", bearer: [entry("token", credentials.bearer)] };
}

function bodyOf({ type, members }: Content): Json {
  if (type === "application/json") {
    const raw = JSON.stringify(members, undefined, 2);
    return { mode: "raw", raw, options: { raw: { language: "json" } } };
  }
  return { mode: "urlencoded", urlencoded: Object.entries(members).map(([key, value]) => ({ key, value })) };
}

function parameterOf(parameter: string): Json {
  const [key, value] = parameter.split("=");
  return { key, value };
}
