/**
 * Bare `crypto.scrypt`, in a process like that of a server: `GET /<n>` computes n keys and then answers. Its
 * arguments are the cost and how many are computed at once.
 */
import { randomBytes, scrypt } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import type { ScryptCost } from "../../../src/password/index.ts";
import { announce } from "../../harness/peer.ts";

const { ln, r, p } = JSON.parse(process.argv[2]!) as ScryptCost;
const concurrency = Number(process.argv[3]);
const options = { N: 2 ** ln, r, p, maxmem: 256 * r * 2 ** ln };
const derive = promisify<Buffer, Buffer, number, typeof options, Buffer>(scrypt);
const password = Buffer.from("correct horse battery staple");
const salt = randomBytes(16);

const server = createServer(async (request, response) => {
  let left = Number(request.url!.slice(1));
  const work = async (): Promise<void> => {
    while (left-- > 0) await derive(password, salt, 32, options);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  response.writeHead(200, { "content-length": "0" }).end();
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
