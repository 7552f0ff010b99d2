import { describe, expect, it } from "vitest";
import { ServerProcess } from "../../../bench/harness/server-process.ts";
import { fetchAnswer } from "../../../bench/http/answer.ts";
import { KeptConnection, requestOf } from "../../../bench/http/kept-connection.ts";
import { prove } from "../../../bench/http/me-contenders.ts";
import type { Question } from "../../../bench/http/me-load.ts";
import { closing } from "../websocket/listen.ts";
import { listenHttp } from "./listen.ts";

const questions: readonly Question[] = [
  { token: "header.claims.signature", body: '{"id":"1","scope":"account"}' },
  { token: "header.other.signature", body: '{"id":"2","scope":"account"}' },
];

describe("a server that is to answer GET /auth/me", () => {
  it("may be measured if it gives the same answers, and none to a token that was tampered with", async () => {
    await expect(prove(await serve(401), questions)).resolves.toBeUndefined();
    const inAnotherOrder = [{ token: "header.claims.signature", body: '{"scope":"account","id":"1"}' }];
    await expect(
      prove({ ...(await serve(401)), questions: inAnotherOrder }, questions),
    ).resolves.toBeUndefined();
  });
  it("is not measured when it answers something else", async () => {
    const [first, second] = questions;
    const lazy = { ...(await serve(401)), questions: [first!, { ...second!, body: first!.body }] };
    await expect(prove(lazy, questions)).rejects.toThrow('lazy answers something else: {"id":"1"');
  });
  it("is not measured when it answers to anybody", async () => {
    await expect(prove(await serve(200), questions)).rejects.toThrow("lazy answers 200 to a token that was");
  });
});

describe("the server of prepared answers", () => {
  it("gives to each Authorization field its answer, with its header fields, and else none", async () => {
    const server = await ServerProcess.start(
      new URL("../../../bench/http/peers/prepared.ts", import.meta.url),
    );
    try {
      const connection = closing(new KeptConnection(server.port));
      const answer = { status: 203, headers: { "x-one": "1", "content-length": "3" }, body: "one" };
      const told = requestOf("PUT /", {}, JSON.stringify({ "Bearer one": answer }));
      expect((await connection.ask(told)).status).toBe(204);
      const ask = (authorization: string): ReturnType<typeof fetchAnswer> =>
        fetchAnswer(server.port, "/auth/me", { authorization });
      expect(await ask("Bearer one")).toEqual(answer);
      expect((await ask("Bearer two")).status).toBe(401);
    } finally {
      await server.stop();
    }
  });
});

/** A server that answers with this status, once the tokens have been tampered with. */
async function serve(
  status: number,
): Promise<{ name: string; server: { port: number }; questions: readonly Question[] }> {
  const port = await listenHttp((request, response) => {
    const { authorization } = request.headers;
    const known = questions.find(({ token }) => authorization === `Bearer ${token}`);
    response.writeHead(known === undefined ? status : 200).end(known?.body);
  });
  return { name: "lazy", server: { port }, questions };
}
