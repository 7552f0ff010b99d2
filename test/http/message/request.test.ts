import { describe, expect, it } from "vitest";
import type { Handler } from "../../../src/http/message/handler.ts";
import type { HttpLimits } from "../../../src/http/server/limits.ts";
import { eventually, exchange, head, parseResponse, type Served, serve, Wire } from "../wire.ts";

/** Answers with what it read. */
const echo: Handler = async (request) => ({ status: 200, body: JSON.stringify(await request.json()) });

const json = "Content-Type: application/json";

function serveEcho(limits: Partial<HttpLimits> = {}): Promise<Served> {
  return serve(echo, { maxContentBytes: 1000, contentTimeout: 300, lingerTimeout: 300, ...limits });
}

function post(...fields: readonly string[]): string {
  return head("POST / HTTP/1.1", "Host: a", ...fields);
}

describe("JSON content", () => {
  it("is read by its length", async () => {
    const { port } = await serveEcho();
    const response = await exchange(port, `${post(json, "Content-Length: 7", "Connection: close")}{"a":1}`);
    expect(response).toMatchObject({ status: 200, body: '{"a":1}' });
  });

  it("is read in chunks, split anywhere", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    const bytes = `${post(json, "Transfer-Encoding: chunked", "Connection: close")}3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n`;
    for (const byte of bytes) {
      wire.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(parseResponse(await wire.rest())).toMatchObject({ status: 200, body: '{"a":1}' });
  });

  it("is read once however often it is asked for", async () => {
    const { port } = await serve(async (request) => {
      const [first, second] = await Promise.all([request.json(), request.json()]);
      return { status: first === second ? 200 : 500 };
    });
    expect(await exchange(port, `${post(json, "Content-Length: 2", "Connection: close")}{}`)).toMatchObject({
      status: 200,
    });
  });

  it("that is asked for and not waited for harms nobody", async () => {
    const { port } = await serve((request) => {
      void request.json();
      return { status: 204 };
    });
    expect(await exchange(port, `${post("Content-Length: 2", "Connection: close")}{}`)).toMatchObject({
      status: 204,
    });
  });

  it("leaves the connection to the next request after a refusal for what it says", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    wire.send(`${post(json, "Content-Length: 1")}{`);
    await wire.until(/malformed-content/);
    wire.send(`${post("Content-Type: text/plain", "Content-Length: 2")}{}`);
    await wire.until(/unsupported-media-type/);
    wire.send(`${post(json, "Content-Length: 2", "Connection: close")}{}`);
    expect(await wire.rest()).toMatch(/HTTP\/1.1 400 .*HTTP\/1.1 415 .*HTTP\/1.1 200 /s);
  });

  it.each([
    ["without any", post("Connection: close"), "http/empty-content"],
    ["of length 0", post(json, "Content-Length: 0", "Connection: close"), "http/empty-content"],
    [
      "of no chunks",
      `${post(json, "Transfer-Encoding: chunked", "Connection: close")}0\r\n\r\n`,
      "http/empty-content",
    ],
    [
      "that is no JSON",
      `${post(json, "Content-Length: 3", "Connection: close")}{a}`,
      "http/malformed-content",
    ],
    [
      "that is no UTF-8",
      `${post(json, "Content-Length: 3", "Connection: close")}"\xff"`,
      "http/malformed-content",
    ],
  ])("%s is refused with 400", async (_what, bytes, code) => {
    const { port } = await serveEcho();
    const response = await exchange(port, bytes);
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toMatchObject({ status: 400, code });
  });
});

describe("a form", () => {
  const form = "Content-Type: application/x-www-form-urlencoded";
  const handler: Handler = async (request) => ({
    status: 200,
    body: JSON.stringify([request.contentForm, [...(await request.form())]]),
  });

  it("is read like JSON, once however often it is asked for", async () => {
    const { port } = await serve(async (request) => {
      const [first, second] = await Promise.all([request.form(), request.form()]);
      return { status: first === second ? 200 : 500, body: JSON.stringify([...first]) };
    });
    const response = await exchange(port, `${post(form, "Content-Length: 8", "Connection: close")}a=%C3%A9`);
    expect(response).toMatchObject({ status: 200 });
    expect(JSON.parse(Buffer.from(response.body, "latin1").toString())).toEqual([["a", "é"]]);
  });

  it.each([
    ["JSON", post(json, "Content-Length: 2", "Connection: close"), "{}", 415, "http/unsupported-media-type"],
    ["too much", post(form, "Content-Length: 2000"), "", 413, "http/content-too-large"],
    ["nothing", post(form, "Connection: close"), "", 400, "http/empty-content"],
    [
      "a name twice",
      post(form, "Content-Length: 7", "Connection: close"),
      "a=1&a=2",
      400,
      "http/malformed-form",
    ],
  ])("with %s is refused", async (_what, fields, content, status, code) => {
    const { port } = await serve(handler, { maxContentBytes: 1000, lingerTimeout: 100 });
    const response = await exchange(port, fields + content);
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toMatchObject({ code });
  });

  it("may be one of several things that a handler takes", async () => {
    const { port } = await serve(({ contentForm }) => ({ status: 200, body: contentForm }));
    const forms = [
      post(form, "Content-Length: 3", "Connection: close"),
      post(json, "Content-Length: 3", "Connection: close"),
      post("Content-Length: 3", "Connection: close"),
      post("Connection: close"),
    ].map(async (fields, at) => (await exchange(port, at < 3 ? `${fields}a=1` : fields)).body);
    expect(await Promise.all(forms)).toEqual(["form", "json", "other", "none"]);
  });
});

describe("RFC 9110 §15.5.14 content that is too large", () => {
  it("is refused with 413 by its announced length, before it is sent", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    wire.send(post(json, "Content-Length: 1001"));
    const response = parseResponse(await wire.until(/content-too-large/));
    expect(response.status).toBe(413);
    expect(response.headers.get("connection")).toBe("close");
    await wire.closed;
    expect(wire.ended).toBe(true);
  });

  it("is refused with 413 when no length was announced", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    wire.send(`${post(json, "Transfer-Encoding: chunked")}400\r\n${"x".repeat(1024)}\r\n`);
    expect(parseResponse(await wire.until(/content-too-large/)).status).toBe(413);
    wire.send("400\r\n");
    await wire.closed;
    expect(wire.ended).toBe(true);
  });

  it("shows its refusal to a client that sends it all before it reads (RFC 9112 §9.6)", async () => {
    const { port } = await serveEcho({ lingerTimeout: 5_000 });
    const wire = await Wire.to(port);
    const length = 32 * 1024 * 1024;
    wire.socket.pause();
    wire.send(post(json, `Content-Length: ${length}`));
    await new Promise((resolve) => wire.socket.write(Buffer.alloc(length, 0x20), resolve));
    wire.socket.resume();
    const response = parseResponse(await wire.rest());
    expect(response.status).toBe(413);
    expect(wire.error).toBeUndefined();
  });

  it("of a handler that does not read it ends the connection as well", async () => {
    const { port } = await serve(() => ({ status: 204 }), { maxContentBytes: 1000, lingerTimeout: 100 });
    const wire = await Wire.to(port);
    wire.send(post("Content-Length: 1001"));
    expect(parseResponse(await wire.rest())).toMatchObject({ status: 204 });
    expect(wire.ended).toBe(true);
  });

  it("ends the connection at once where nothing is to be read on", async () => {
    const { port } = await serveEcho({ lingerTimeout: 0 });
    const response = await exchange(port, post(json, "Content-Length: 1001"));
    expect(response.status).toBe(413);
    expect(response.headers.get("connection")).toBe("close");
  });

  it("beyond its announced length is not content, and ends the connection", async () => {
    const { port } = await serveEcho();
    const response = await exchange(port, `${post(json, "Content-Length: 2")}{}${"x".repeat(100_000)}`);
    expect(response).toMatchObject({ status: 200, body: "{}" });
  });

  it("passes one byte below", async () => {
    const { port } = await serveEcho();
    const response = await exchange(
      port,
      `${post(json, "Content-Length: 1000", "Connection: close")}"${"x".repeat(998)}"`,
    );
    expect(response.status).toBe(200);
  });
});

describe("RFC 9110 §15.5.9 content that does not arrive", () => {
  it("is refused with 408, and the connection ends", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    wire.send(`${post(json, "Content-Length: 10")}{`);
    const response = parseResponse(await wire.rest());
    expect(response.status).toBe(408);
    expect(response.headers.get("connection")).toBe("close");
    expect(JSON.parse(response.body)).toMatchObject({ code: "http/content-timeout" });
    expect(wire.ended).toBe(true);
  });

  it("is refused with 408 when it drips", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    wire.send(post(json, "Content-Length: 1000"));
    const drip = setInterval(() => wire.send(" "), 20);
    const text = await wire.until(/content-timeout/);
    clearInterval(drip);
    expect(parseResponse(text).status).toBe(408);
  });

  it("breaks off without harm when the client goes away", async () => {
    const errors: unknown[] = [];
    const { port, lines } = await serve(async (request) => {
      await request.json().catch((error: unknown) => errors.push(error));
      return { status: 200 };
    });
    const wire = await Wire.to(port);
    wire.send(`${post(json, "Content-Length: 10")}{`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    wire.socket.destroy();
    await eventually(() => errors).toMatchObject([{ code: "http/incomplete-content" }]);
    await eventually(() => lines.map(({ event }) => event)).toContain("http.aborted");
  });
});

describe("RFC 9110 §10.1.1 Expect: 100-continue", () => {
  it("gets 100 when a handler reads", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    wire.send(post(json, "Content-Length: 2", "Expect: 100-continue", "Connection: close"));
    await wire.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    wire.send("{}");
    expect(await wire.rest()).toMatch(/ 100 .*HTTP\/1\.1 200 /s);
  });

  it("gets the refusal and no 100 when the content would be refused anyway", async () => {
    const { port } = await serveEcho();
    const wire = await Wire.to(port);
    wire.send(post(json, "Content-Length: 100000", "Expect: 100-continue"));
    const text = await wire.rest();
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toMatch(/connection: close/i);
  });

  it("gets 417 for another expectation", async () => {
    const { port } = await serveEcho();
    const response = await exchange(
      port,
      `${post(json, "Content-Length: 2", "Expect: tea", "Connection: close")}{}`,
    );
    expect(response.status).toBe(417);
    expect(JSON.parse(response.body)).toMatchObject({ code: "http/expectation-failed" });
  });
});
