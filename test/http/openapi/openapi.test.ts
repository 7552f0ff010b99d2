import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import {
  type OpenApiOptions,
  openApiDocument,
  openApiOperation,
  openApiRoute,
  pathTemplate,
} from "../../../src/http/openapi/openapi.ts";
import type { Operation } from "../../../src/http/openapi/openapi-operation.ts";
import { requestOf } from "../request-of.ts";

const login: Operation = {
  method: "POST",
  pattern: "/auth/token",
  id: "logIn",
  summary: "Log in",
  description: "With a username and a password.",
  tags: ["sessions"],
  security: [{ scheme: "basic" }, { scheme: "none" }],
  request: {
    required: false,
    description: "Not read where Basic credentials are sent.",
    content: { "application/json": { $ref: "#/components/schemas/Credentials" } },
  },
  responses: {
    200: {
      description: "Logged in.",
      content: { "application/json": { type: "object", properties: { token_type: { const: "Bearer" } } } },
      headers: { "set-cookie": "For a page: the tokens." },
    },
  },
  problems: { 401: ["auth/bad-credentials"] },
  limited: true,
};

const endSession: Operation = {
  method: "DELETE",
  pattern: "/auth/sessions/:id",
  id: "endSession",
  summary: "End a session",
  tags: ["sessions"],
  security: [{ scheme: "access", scope: "account" }],
  path: { id: { description: "As the list has it.", schema: { type: "string", format: "uuid" } } },
  parameters: [{ name: "keep", in: "query", description: "What to keep.", schema: { enum: ["current"] } }],
  responses: { 204: { description: "It is over." } },
  problems: { 404: ["session/unknown"], 418: ["tea/pot"] },
};

const readPeer: Operation = {
  method: "GET",
  pattern: "/rooms/:room/peers/:peer",
  id: "readPeer",
  summary: "Who it is",
  security: [{ scheme: "access" }, { scheme: "refresh" }, { scheme: "metrics" }],
  responses: { 200: { description: "A peer.", content: { "application/json": {} } } },
};

const options: OpenApiOptions = {
  title: "Barewire",
  version: "1.2.3",
  description: "An API.",
  operations: [
    endSession,
    login,
    { ...endSession, method: "GET", id: "readSession" },
    readPeer,
    openApiOperation,
  ],
  schemas: { Credentials: { type: "object", required: ["username", "password"] } },
  tags: { sessions: "Logins and their ends." },
};

/** Any depth of a document without saying its type at each step. */
// biome-ignore lint/suspicious/noExplicitAny: a document is JSON
type Json = any;

const document: Json = JSON.parse(JSON.stringify(openApiDocument(options)));

describe("OpenAPI 3.1 documents", () => {
  it("are valid by the schema of the OpenAPI Initiative", async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
  });

  it("are found invalid by it when something is missing", async () => {
    const broken = structuredClone(document);
    delete broken.paths["/auth/token"].post.responses["200"].description;
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it("list paths in the order of the operations, methods in one of their own", () => {
    expect(Object.keys(document.paths)).toEqual([
      "/auth/sessions/{id}",
      "/auth/token",
      "/rooms/{room}/peers/{peer}",
      "/openapi.json",
    ]);
    expect(Object.keys(document.paths["/auth/sessions/{id}"])).toEqual(["get", "delete"]);
  });

  it("are the same for the same list", () => {
    expect(JSON.stringify(openApiDocument(options))).toBe(JSON.stringify(document));
  });
});

describe("an operation", () => {
  it("has a parameter for each name in its pattern, in words or as a text", () => {
    expect(document.paths["/auth/sessions/{id}"].delete.parameters).toEqual([
      {
        name: "id",
        in: "path",
        required: true,
        description: "As the list has it.",
        schema: { type: "string", format: "uuid" },
      },
      { name: "keep", in: "query", description: "What to keep.", schema: { enum: ["current"] } },
    ]);
    expect(document.paths["/rooms/{room}/peers/{peer}"].get.parameters).toMatchObject([
      { name: "room", in: "path", required: true, schema: { minLength: 1 } },
      { name: "peer", in: "path", required: true },
    ]);
  });

  it.each([
    ["/auth/token", "post", [{ basic: [] }, {}]],
    ["/auth/sessions/{id}", "delete", [{ bearer: ["account"] }, { cookie: ["account"] }]],
    [
      "/rooms/{room}/peers/{peer}",
      "get",
      [{ bearer: [] }, { cookie: [] }, { refreshCookie: [] }, { metricsToken: [] }],
    ],
    ["/openapi.json", "get", [{}]],
  ])("of %s %s is opened by any of its requirements", (path, method, security) => {
    expect(document.paths[path][method].security).toEqual(security);
    for (const name of security.flatMap((each) => Object.keys(each))) {
      expect(document.components.securitySchemes).toHaveProperty(name);
    }
  });

  it.each([
    ["/auth/token", "post", ["200", "400", "401", "408", "413", "415", "429", "503"]],
    ["/auth/sessions/{id}", "delete", ["204", "400", "403", "404", "418", "503"]],
    ["/auth/sessions/{id}", "get", ["204", "400", "404", "418", "503"]],
    ["/openapi.json", "get", ["200", "400", "503"]],
  ])("of %s %s has the refusals of its kind: %j", (path, method, statuses) => {
    expect(Object.keys(document.paths[path][method].responses)).toEqual(statuses);
  });

  it("names its own problem codes beside what the status means everywhere", () => {
    const { responses } = document.paths["/auth/token"].post;
    expect(responses["401"].description).toContain("`auth/bad-credentials`");
    expect(responses["401"].headers).toHaveProperty("www-authenticate");
    expect(document.paths["/auth/sessions/{id}"].delete.responses["418"].description).toBe("`tea/pot`");
  });

  it("that is limited says so in the fields of its good answer", () => {
    expect(Object.keys(document.paths["/auth/token"].post.responses["200"].headers)).toEqual([
      "set-cookie",
      "ratelimit-policy",
      "ratelimit",
    ]);
  });
});

describe("cookies in the document", () => {
  it("have the names that the server gives them", () => {
    const renamed: Json = openApiDocument({ ...options, cookies: { access: "a", refresh: "r" } });
    expect(renamed.components.securitySchemes.cookie.name).toBe("a");
    expect(renamed.components.securitySchemes.refreshCookie.name).toBe("r");
    expect(document.components.securitySchemes.cookie.name).toBe("__Host-barewire_access");
  });
});

describe("what cannot be meant", () => {
  it.each<[string, Partial<OpenApiOptions>]>([
    ["two operations in one place", { operations: [readPeer, { ...readPeer, id: "other" }] }],
    ["two operations of one id", { operations: [readPeer, { ...readPeer, pattern: "/a" }] }],
    [
      "two names of one segment",
      { operations: [readPeer, { ...readPeer, method: "PUT", id: "b", pattern: "/rooms/:r/peers/:peer" }] },
    ],
    ["a pattern that takes any path", { operations: [{ ...readPeer, pattern: "/files/*" }] }],
    ["a name that the pattern has not", { operations: [{ ...endSession, pattern: "/sessions/:i" }] }],
    ["a tag without a word", { tags: {} }],
    ["a schema that is not there", { schemas: {} }],
    ["no good answer", { operations: [{ ...readPeer, responses: {} }] }],
    ["nothing that opens it", { operations: [{ ...readPeer, security: [] }] }],
    ["a problem with a good answer's status", { operations: [{ ...readPeer, problems: { 200: ["a/b"] } }] }],
  ])("is refused at once: %s", (_what, change) => {
    expect(() => openApiDocument({ ...options, ...change })).toThrow(TypeError);
  });
});

describe("path templates", () => {
  it.each([
    ["/", "/"],
    ["/auth/me", "/auth/me"],
    ["/rooms/:room", "/rooms/{room}"],
    ["/rooms/:room/peers/:peer", "/rooms/{room}/peers/{peer}"],
  ])("of %s is %s", (pattern, template) => {
    expect(pathTemplate(pattern)).toBe(template);
  });
});

describe("GET /openapi.json", () => {
  it("answers the document, for anybody, to be kept for five minutes", async () => {
    const response = await openApiRoute(document)(requestOf("GET", "/openapi.json"));
    expect(response).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
    });
    expect(JSON.parse(response.body as string)).toEqual(document);
  });
});
