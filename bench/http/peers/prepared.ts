/**
 * A bare `node:http` server that gives prepared answers: `PUT /` brings them, a JSON object by the value of the
 * Authorization field that each is for. Who sends no such field asks for nothing.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { announce } from "../../harness/peer.ts";
import type { Answer } from "../answer.ts";

let answers: ReadonlyMap<string, Answer> = new Map();
const server = createServer((request, response) => {
  if (request.method === "PUT") {
    void text(request).then((content) => {
      answers = new Map(Object.entries(JSON.parse(content) as Record<string, Answer>));
      response.writeHead(204).end();
    });
    return;
  }
  const answer = answers.get(request.headers.authorization ?? "");
  if (answer === undefined) {
    response.writeHead(401).end();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
