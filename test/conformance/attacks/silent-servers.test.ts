/** Servers that say nothing, or never come to an end of it: the suite does, and so it does when it is told to stop. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Random } from "../../../src/conformance/random.ts";
import { type CaseContext, TargetUnreachable } from "../../../src/conformance/run/target.ts";
import { ServerTarget } from "../../../src/conformance/server/server-target.ts";
import { SetupFailed } from "../../../src/conformance/verdict.ts";
import { WireLog } from "../../../src/conformance/wire/wire-log.ts";

const PATIENCE = 40;
const never = new AbortController().signal;

it("does not wait for the end of a head that comes octet by octet", async () => {
  const { target } = await serverThat((socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nX: ");
    const timer = setInterval(() => socket.write("x"), 5);
    socket.on("close", () => clearInterval(timer));
  });
  const probing = target.probe(never);
  await expect(probing).rejects.toThrow(TargetUnreachable);
  await expect(probing).rejects.toThrow(/does not answer an opening handshake: a head without an end/);
});

it("stops looking for a server as soon as it is told to", async () => {
  const { target } = await serverThat(() => stopping.abort(), 60_000);
  const stopping = new AbortController();
  await expect(target.probe(stopping.signal)).rejects.toThrow("ended early");
  await expect(target.probe(stopping.signal)).rejects.toThrow("ended early");
});

it("takes a handshake without an answer for a case that could not begin, whatever its level", async () => {
  const { target } = await serverThat(() => {});
  const opening = target.begin(undefined, context()).open();
  await expect(opening).rejects.toThrow(SetupFailed);
  await expect(opening).rejects.toThrow(/nothing within 40 ms/);
});

it("leaves no connection to a case that was given up", async () => {
  const { target, sockets } = await serverThat(() => {});
  const trial = target.begin(undefined, context());
  const dialling = trial.dial();
  await target.end(trial);
  await expect(dialling).rejects.toThrow("the case is over");
  await expect(trial.dial()).rejects.toThrow("the case is over");
  await Promise.all(sockets.map(async (socket) => socket.closed || once(socket.resume(), "close")));
});

async function serverThat(
  answers: (socket: Socket) => void,
  patience = PATIENCE,
): Promise<{ target: ServerTarget; sockets: readonly Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.once("data", () => answers(socket));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { target: new ServerTarget({ url, patience }), sockets };
}

function context(): CaseContext {
  const log = new WireLog(() => 0);
  return { log, random: new Random(1), note: () => {}, patience: PATIENCE, signal: never };
}
