import { describe, expect, it } from "vitest";
import { HttpProblem, problem, problemType } from "../../../src/http/message/problem.ts";

describe("RFC 9457 problem details", () => {
  it("writes the example of §3", () => {
    const response = problem(403, {
      type: "https://example.com/probs/out-of-credit",
      title: "You do not have enough credit.",
      detail: "Your current balance is 30, but that costs 50.",
    });
    expect(response.headers?.["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(response.body as string)).toEqual({
      type: "https://example.com/probs/out-of-credit",
      title: "You do not have enough credit.",
      status: 403,
      detail: "Your current balance is 30, but that costs 50.",
    });
  });

  it("is about:blank with the phrase of its status when nothing else is said (§4.2.1)", () => {
    const response = problem(404);
    expect(JSON.parse(response.body as string)).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
    });
  });

  it("is identified by its code (§3.1.1)", () => {
    const response = problem(404, { code: "http/not-found" });
    expect(JSON.parse(response.body as string)).toEqual({
      type: "urn:barewire:problem:http:not-found",
      title: "Not Found",
      status: 404,
      code: "http/not-found",
    });
    expect(problemType("refresh/reused")).toBe("urn:barewire:problem:refresh:reused");
  });

  it("has members beside the standard ones (§3.2)", () => {
    const response = problem(400, { code: "http/malformed-form", members: { error: "invalid_request" } });
    expect(JSON.parse(response.body as string)).toMatchObject({ status: 400, error: "invalid_request" });
  });

  it("is kept by no cache unless its headers say otherwise", () => {
    expect(problem(404).headers?.["cache-control"]).toBe("no-store");
    expect(problem(404, {}, { "cache-control": "max-age=1" }).headers?.["cache-control"]).toBe("max-age=1");
  });

  it("is carried by an error with its status, code and headers", () => {
    const error = new HttpProblem(415, "http/unsupported-media-type", "Say it in JSON.", {
      accept: "application/json",
    });
    expect(error.message).toBe("Say it in JSON.");
    expect(error.response.headers).toMatchObject({ accept: "application/json" });
    expect(JSON.parse(error.response.body as string)).toMatchObject({
      status: 415,
      code: "http/unsupported-media-type",
      detail: "Say it in JSON.",
    });
  });
});
