import { describe, expect, it } from "vitest";
import { Router } from "../../../src/http/routing/router.ts";
import { upgradeRequired } from "../../../src/http/server/upgrade-required.ts";
import { exchange, head, parseResponse, serve, Wire } from "../wire.ts";

const handler = new Router().add("GET", "/ws", upgradeRequired()).handle;

describe("RFC 9110 §15.5.22 upgrade required", () => {
  it("is 426 with both fields that name the protocol, and the connection goes on", async () => {
    const { port } = await serve(handler);
    const wire = await Wire.to(port);
    wire.send(head("GET /ws HTTP/1.1", "Host: a"));
    const response = parseResponse(await wire.until(/\}$/));
    expect(response.status).toBe(426);
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(response.headers.get("connection")).toBe("upgrade");
    expect(JSON.parse(response.body)).toMatchObject({ code: "http/upgrade-required" });
    wire.send(head("GET /ws HTTP/1.1", "Host: a", "Connection: close"));
    expect(await wire.rest()).toMatch(/426[\s\S]*426[\s\S]*connection: upgrade, close\r\n/);
  });

  it("ends the connection of a client that speaks HTTP/1.0", async () => {
    const { port } = await serve(handler, { keepAliveTimeout: 60_000 });
    expect((await exchange(port, head("GET /ws HTTP/1.0"))).headers.get("connection")).toBe("upgrade, close");
  });
});
