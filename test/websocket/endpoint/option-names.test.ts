import { describe, expect, it } from "vitest";
import { WebSocket } from "../../../src/websocket/client/client.ts";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";

const server =
  (options: object): (() => WebSocketServer) =>
  () =>
    new WebSocketServer(options);

describe("names of options", () => {
  it("that mean nothing are refused: one of them may have been to keep strangers out", () => {
    expect(server({ verifyClient: () => false })).toThrow("a server has no option verifyClient: use accept");
    expect(server({ maxPayload: 10 })).toThrow(/maxMessageBytes/);
    expect(server({ orgins: "any" })).toThrow(TypeError);
    expect(() => new WebSocket("ws://localhost/", [], { rejectUnauthorized: false } as object)).toThrow(
      /tls/,
    );
    expect(() => new WebSocket("ws://localhost/", [], { port: 1 } as object)).toThrow(TypeError);
  });

  it("that are undefined are as if they were not there", () => {
    expect(server({ port: undefined, path: undefined, accept: undefined })).not.toThrow();
  });
});
