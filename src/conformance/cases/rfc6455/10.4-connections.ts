/** RFC 6455 §10.4, Implementation-Specific Limits: connections that are made to cost a server more than the client. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { Opcode } from "../../wire/frame.ts";
import { type Field, openingRequest } from "../../wire/opening.ts";
import { must, should } from "../rule.ts";
import { forServers } from "../section.ts";
import { besideBystander, newcomer } from "../strain.ts";

const limits =
  "Implementations that have implementation- and/or platform-specific limitations regarding the frame size or total message size after reassembly from multiple frames MUST protect themselves against exceeding those limits.";

export const hostileConnections: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/10.4",
  { profile: "hostile" },
  [
    {
      number: 201,
      title: "a field of 1 MiB in the request is refused (budget: 64 MiB, and others served meanwhile)",
      ...should(limits),
      alone: true,
      run: async (trial) => refusesHead(trial, [["X-Long", "x".repeat(1 << 20)]]),
    },
    {
      number: 202,
      title: "50,000 fields in the request are refused (budget: 64 MiB, and others served meanwhile)",
      ...should(limits),
      alone: true,
      run: async (trial) =>
        refusesHead(
          trial,
          Array.from({ length: 50_000 }, (_, i): Field => [`X-${i}`, "1"]),
        ),
    },
    {
      number: 203,
      title: "a request that never ends is cut short (budget: 64 MiB, and others served meanwhile)",
      ...should(limits),
      alone: true,
      run: async (trial) => besideBystander(trial, async () => endlessHead(trial)),
    },
    {
      number: 204,
      title: "200 connections that send half a request keep nobody else out",
      ...should(limits),
      alone: true,
      run: async (trial) =>
        besideBystander(trial, async () => {
          for (let i = 0; i < 200; i++)
            (await trial.dial()).write(Buffer.from("GET / HTTP/1.1\r\nHost: exa"));
          await (await newcomer(trial)).expectWorking();
        }),
    },
    {
      number: 205,
      title: "200 open connections that stay silent keep nobody else out",
      ...should(limits),
      alone: true,
      run: async (trial) =>
        besideBystander(trial, async () => {
          for (let i = 0; i < 200; i++) await newcomer(trial);
          await (await newcomer(trial)).expectWorking();
        }),
    },
    {
      number: 206,
      title: "100 connections given up in the middle of a message leave nothing behind",
      ...must(limits),
      alone: true,
      run: async (trial) =>
        besideBystander(trial, async () => {
          for (let i = 0; i < 100; i++) {
            const peer = await newcomer(trial);
            await peer.connection.written(
              peer.encode({
                opcode: Opcode.Binary,
                statedLength: 1 << 20,
                payload: trial.random.octets(4096),
              }),
            );
            peer.connection.destroy();
          }
          await (await newcomer(trial)).expectWorking();
        }),
    },
    {
      number: 207,
      title: "100 requests given up before their answer leave nothing behind",
      ...must(limits),
      alone: true,
      run: async (trial) =>
        besideBystander(trial, async () => {
          for (let i = 0; i < 100; i++) {
            const connection = await trial.dial();
            const { startLine, fields } = openingRequest({ url: trial.url, key: "AAAAAAAAAAAAAAAAAAAAAA==" });
            connection.sendHead(startLine, fields);
            connection.destroy();
          }
          await (await newcomer(trial)).expectWorking();
        }),
    },
  ],
);

async function refusesHead(trial: ServerTrial, more: readonly Field[]): Promise<void> {
  await besideBystander(trial, async () => {
    const { response } = await trial.request({ more });
    if (response?.status === 101) throw new Deviation("a refusal (431), or an end", response.startLine);
  });
}

/** Sends fields until the server has had enough of them, or has taken 16 MiB. */
async function endlessHead(trial: ServerTrial): Promise<void> {
  const connection = await trial.dial();
  connection.send(Buffer.from(`GET / HTTP/1.1\r\nHost: ${trial.url.host}\r\n`), "the beginning of a request");
  const piece = Buffer.from(`X-More: ${"x".repeat(1000)}\r\n`.repeat(64));
  for (let sent = 0; sent < 16 << 20; sent += piece.length) {
    const written = await connection.writtenWithin(piece, trial.patience / 10);
    if (written === "gone") return;
    const state = written === "written" ? await connection.more(0) : await connection.more();
    if (state === "octets" || state === "end" || state === "reset") return;
    if (written === "stalled") return;
  }
  const state = await connection.more(trial.patience / 20);
  if (state === "nothing") throw new Deviation("a refusal, or an end", "16 MiB of one request's head taken");
}
