import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { apiDocument } from "../../../src/http/auth/api-document.ts";
import { authOperations } from "../../../src/http/auth/auth-operations.ts";
import { problemCodes } from "../../../src/http/message/problem-codes.ts";
import { DocumentSchemas } from "../openapi-schemas.ts";

const schemas = new DocumentSchemas(apiDocument({ socketPath: "/ws" }));

describe("the document of the whole API", () => {
  it("is valid by the schema of the OpenAPI Initiative", async () => {
    expect(await new Validator().validate(structuredClone(schemas.document))).toMatchObject({ valid: true });
  });

  it("has examples that are what their schemas demand", () => {
    expect(schemas.examples.map(([name]) => name)).toEqual([
      "Registration",
      "Login",
      "Refresh",
      "PasswordChange",
      "TokenForm",
    ]);
    for (const [name, examples] of schemas.examples) {
      for (const example of examples) expect(schemas.faultOf(name, example)).toBeUndefined();
    }
  });

  it("has no upgrade where there are no sockets", () => {
    expect(apiDocument().paths).not.toHaveProperty("/ws");
  });

  it("takes operations of one's own, and calls the cookies as the server does", () => {
    const operation = {
      method: "GET",
      pattern: "/rooms",
      id: "rooms",
      summary: "All rooms",
      tags: ["rooms"],
      security: [{ scheme: "access" }],
      responses: { 200: { description: "They." } },
    } as const;
    const own = apiDocument({
      title: "Chat",
      version: "2",
      operations: [operation],
      tags: { rooms: "Where people meet." },
      cookie: { secure: false },
    });
    expect(own.info).toEqual({ title: "Chat", version: "2" });
    expect(own.paths).toHaveProperty("/rooms");
    expect(own).toHaveProperty("components.securitySchemes.refreshCookie.name", "barewire_refresh");
  });

  it.each(authOperations.map((operation) => [operation.id, operation] as const))(
    "names for %s only problems that there are, under the status that they have",
    (_id, { problems = {} }) => {
      for (const [status, codes] of Object.entries(problems)) {
        for (const code of codes) {
          expect([code, problemCodes[code as keyof typeof problemCodes]?.status]).toEqual([
            code,
            Number(status),
          ]);
        }
      }
    },
  );
});

describe("what a document is held to", () => {
  const me = { id: "1", username: "ann", session: "s", scope: "account", issued_at: 1, expires_at: 2 };
  const fault = (status: number, content: unknown, type = "application/json"): string | undefined =>
    schemas.faultOfResponse("GET", "/auth/me", { status, type, text: JSON.stringify(content) });

  it("lets pass what it says", () => {
    expect(fault(200, me)).toBeUndefined();
    expect(schemas.faultOfResponse("POST", "/auth/revoke", { status: 200, type: undefined, text: "" })).toBe(
      undefined,
    );
  });

  it.each([
    ["a status that is not there", fault(418, me)],
    ["another type", fault(200, me, "text/plain")],
    ["a member that is missing", fault(200, { ...me, id: undefined })],
    ["a member of another type", fault(200, { ...me, expires_at: "2" })],
    [
      "a problem without a title",
      fault(401, { type: "about:blank", status: 401 }, "application/problem+json"),
    ],
    [
      "content where there is none",
      schemas.faultOfResponse("POST", "/auth/logout", { status: 204, type: undefined, text: "x" }),
    ],
    ["a request without a member", schemas.faultOfRequest("POST", "/auth/register", "application/json", {})],
    ["a request of another type", schemas.faultOfRequest("POST", "/auth/register", "text/plain", {})],
  ])("finds %s", (_what, found) => {
    expect(found).toEqual(expect.any(String));
  });
});
