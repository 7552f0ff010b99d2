import { describe, expect, it } from "vitest";
import { handshakeForClients, handshakeForServers } from "../../../src/conformance/cases/handshake.ts";
import type { EchoClient } from "../../../src/conformance/client/in-process-client-target.ts";
import { WebSocket } from "../../../src/websocket/index.ts";
import { notPassed, runClient } from "./runs.ts";

describe("the cases of the opening handshake", () => {
  const all = [...handshakeForServers, ...handshakeForClients];

  it("each have an id of their own, a title and a sentence", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ title, requirement }) => title === "" || requirement === "")).toEqual([]);
  });

  it("are in the profile of the handshake", () => {
    expect(all.filter(({ profile }) => profile !== "handshake")).toEqual([]);
  });
});

describe("our client in the cases of the opening handshake", () => {
  const client =
    (...[protocols, deflate]: [readonly string[], boolean]): EchoClient =>
    (url) => {
      const socket = new WebSocket(url, [...protocols], { perMessageDeflate: deflate });
      socket.addEventListener("message", ({ data }) => socket.send(data));
      socket.addEventListener("error", () => {});
      return () => socket.terminate();
    };

  it("passes all of them, but for what only a browser, or a client without deflate can show", async () => {
    expect(notPassed(await runClient(client(["one", "two"], true), 5_000))).toEqual([
      "not applicable: rfc6455/4.1/12 · the client is no browser, and sends no Origin",
      "not applicable: rfc6455/4.1/91 · the client offers permessage-deflate",
    ]);
  });

  it("does not take up permessage-deflate that it did not offer", async () => {
    const { cases } = await runClient(client([], false), 5_000);
    expect(cases.find(({ id }) => id === "rfc6455/4.1/91")?.verdict).toBe("pass");
  });
});
