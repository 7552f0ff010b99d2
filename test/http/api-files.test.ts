/** The collections of requests are read as their programs read them, and run against a server from top to bottom. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { httpFile } from "../../tools/api-files/http-file.ts";
import { postmanCollection } from "../../tools/api-files/postman.ts";
import { newWorld } from "./auth-world.ts";
import { type WholeApi, wholeApi } from "./whole-api.ts";
import { serve } from "./wire.ts";

const metricsToken = "m".repeat(32);

interface Answer {
  readonly status: number;
  readonly text: string;
}

let api: WholeApi;
let origin: string;

beforeEach(async () => {
  api = wholeApi(await newWorld((username) => username === "alice"), { metricsToken });
  origin = (await serve(api.router.handle)).origin;
});

async function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, text: await response.text() };
}

/** A member of a JSON answer. */
function memberOf({ text }: Answer, name: string): string {
  const value = (JSON.parse(text) as Record<string, unknown>)[name];
  expect(value, name).toEqual(expect.any(String));
  return String(value);
}

/** Where a URL leads: the pattern that the router finds. */
function routeOf(method: string, url: string): string {
  const match = api.router.match(method, new URL(url).pathname);
  return match.found === "handler" ? `${method} ${match.route}` : match.found;
}

const allRoutes = (): readonly string[] =>
  api.router.routes.map(({ method, pattern }) => `${method} ${pattern}`).sort();

describe("docs/api.http", () => {
  const text = readFileSync("docs/api.http", "utf8");

  it("is what the operations make of it", () => {
    expect(text).toBe(httpFile());
  });

  /** Sends each request; the names of the answers are what later requests refer to. */
  async function run(answers: Map<string, Answer>): Promise<readonly string[]> {
    const [head = "", ...blocks] = text.split(/^### .*\n/m);
    const set = new Map([...head.matchAll(/^@(\w+) = (.*)$/gm)].map(([, name, value]) => [name!, value!]));
    set.set("origin", origin).set("metrics_token", metricsToken);
    const fill = (part: string): string =>
      part.replace(/\{\{(.+?)\}\}/g, (all, reference: string) => {
        const [, name, member] = /^(\w+)\.response\.body\.\$\.(\w+)$/.exec(reference) ?? [];
        return name === undefined ? (set.get(reference) ?? all) : memberOf(answers.get(name)!, member!);
      });
    const routes: string[] = [];
    for (const block of blocks) {
      const name = /^# @name (\w+)$/m.exec(block)![1]!;
      const [fields = "", ...content] = fill(block.replace(/^#.*\n/gm, ""))
        .trimEnd()
        .split("\n\n");
      const [first = "", ...lines] = fields.split("\n");
      const [method = "", url = ""] = first.split(" ");
      const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
      const basic = /^Basic (\S+:\S+)$/.exec(headers.Authorization ?? "");
      if (basic !== null) headers.Authorization = `Basic ${Buffer.from(basic[1]!).toString("base64")}`;
      routes.push(routeOf(method, url));
      answers.set(
        name,
        await send(method, url, headers, content.length > 0 ? content.join("\n\n") : undefined),
      );
    }
    return routes;
  }

  it("asks every route, and works from top to bottom, a second time too", async () => {
    for (const registered of [201, 409]) {
      const answers = new Map<string, Answer>();
      expect([...new Set(await run(answers))].sort()).toEqual(allRoutes());
      const refused = [...answers]
        .filter(([, { status }]) => status >= 400)
        .map(([name, { status }]) => [name, status]);
      expect(refused).toEqual([
        ...(registered === 409 ? [["register", 409]] : []),
        ["openSocket", 426],
        ["kickPeer", 404],
        ["unbanUser", 404],
      ]);
      expect(answers.get("introspect")!.text).toContain('"active":true');
    }
  });
});

describe("docs/barewire.postman_collection.json", () => {
  interface Item {
    readonly id: string;
    readonly event: readonly {
      readonly listen: string;
      readonly script: { readonly exec: readonly string[] };
    }[];
    readonly request: {
      readonly method: string;
      readonly url: {
        readonly raw: string;
        readonly host: readonly string[];
        readonly path: readonly string[];
        readonly query?: readonly { readonly key: string; readonly value: string }[];
      };
      readonly header: readonly { readonly key: string; readonly value: string }[];
      readonly auth: Readonly<Record<string, readonly { readonly key: string; readonly value: string }[]>> & {
        readonly type: unknown;
      };
      readonly body?: {
        readonly mode: "raw" | "urlencoded";
        readonly raw?: string;
        readonly urlencoded?: readonly { readonly key: string; readonly value: string }[];
      };
    };
  }

  const text = readFileSync("docs/barewire.postman_collection.json", "utf8");
  const collection = JSON.parse(text) as {
    readonly info: { readonly schema: string };
    readonly item: readonly Item[];
    readonly variable: readonly { readonly key: string; readonly value: string }[];
  };

  it("is what the operations make of it, in version 2.1", () => {
    expect(text).toBe(postmanCollection());
    expect(collection.info.schema).toBe(
      "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    );
  });

  /** Sends each request and runs its script. */
  async function run(): Promise<readonly string[]> {
    const set = new Map(collection.variable.map(({ key, value }) => [key, value]));
    set.set("origin", origin).set("metrics_token", metricsToken);
    const fill = (part: string): string =>
      part.replace(/\{\{(\w+)\}\}/g, (all, name: string) => set.get(name) ?? all);
    const routes: string[] = [];
    for (const { request, event } of collection.item) {
      const { method, url } = request;
      const query = (url.query ?? []).map(({ key, value }) => `${key}=${value}`).join("&");
      const whole = `${url.host.join(".")}/${url.path.join("/")}${query && `?${query}`}`;
      expect(whole).toBe(url.raw);
      routes.push(routeOf(method, fill(whole)));
      const answer = await send(method, fill(whole), headersOf(request, fill), bodyOf(request, fill));
      for (const { listen, script } of event) {
        expect(listen).toBe("test");
        runScript(script.exec.join("\n"), answer, set);
      }
    }
    return routes;
  }

  function headersOf(
    { auth, header }: Item["request"],
    fill: (part: string) => string,
  ): Record<string, string> {
    const headers = Object.fromEntries(header.map(({ key, value }) => [key, fill(value)]));
    const member = (key: string): string =>
      fill(auth[String(auth.type)]!.find((each) => each.key === key)!.value);
    if (auth.type === "bearer") headers.Authorization = `Bearer ${member("token")}`;
    if (auth.type === "basic") {
      const credentials = `${member("username")}:${member("password")}`;
      headers.Authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
    }
    return headers;
  }

  function bodyOf({ body }: Item["request"], fill: (part: string) => string): string | undefined {
    if (body?.mode === "raw") return fill(body.raw!);
    const members = body?.urlencoded?.map(({ key, value }) => [key, fill(value)] as const);
    return members && new URLSearchParams(Object.fromEntries(members)).toString();
  }

  /** As much of Postman's `pm` as our scripts use. */
  function runScript(script: string, { status, text: body }: Answer, set: Map<string, string>): void {
    const pm = {
      test: (_name: string, check: () => void) => check(),
      expect: (value: unknown) => ({ to: { include: (member: unknown) => expect(value).toContain(member) } }),
      response: { code: status, json: () => JSON.parse(body) },
      collectionVariables: {
        set: (key: string, value: string) => {
          expect(set.has(key)).toBe(true);
          set.set(key, value);
        },
      },
    };
    new Function("pm", script)(pm);
  }

  it("asks every route, and works from top to bottom, a second time too", async () => {
    for (let i = 0; i < 2; i++) expect([...new Set(await run())].sort()).toEqual(allRoutes());
  });
});
