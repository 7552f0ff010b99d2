/** A bare `node:http` server that gives every request the one answer in its argument. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { announce } from "../../harness/peer.ts";
import type { Answer } from "../answer.ts";

const { status, headers, body } = JSON.parse(process.argv[2]!) as Answer;
const server = createServer((_request, response) => {
  response.writeHead(status, headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
