/**
 * Our WebSocketServer alone, as the measure of what signalling adds. Argument: `echo` reads each message as JSON and
 * sends it back as it came; `pass` sends it to whom it names, as it came; `broadcast` sends each to all others; `open`
 * keeps connections.
 */
import { broadcast, type Endpoint } from "../../../src/websocket/index.ts";
import { announce } from "../../harness/peer.ts";
import { listen } from "./websocket-server.ts";

const [, , duty] = process.argv;
const server = await listen();
const named = new Map<string, Endpoint>();
let others: readonly Endpoint[] | undefined;

server.addEventListener("connection", ({ socket }) => {
  if (duty === "open") socket.addEventListener("message", () => {});
  if (duty === "echo") {
    socket.addEventListener("message", ({ data }) => {
      JSON.parse(data as string);
      socket.send(data);
    });
  }
  if (duty === "pass") {
    socket.addEventListener("message", ({ data }) => {
      const { to, name } = JSON.parse(data as string) as { readonly to: string; readonly name?: string };
      if (name === undefined) named.get(to)!.send(data);
      else {
        named.set(name, socket);
        socket.send('{"type":"named"}');
      }
    });
  }
  if (duty === "broadcast") {
    socket.addEventListener("message", ({ data }) => {
      // One speaks in each benchmark: who else there is, is not asked each time.
      others ??= [...server.clients].filter((one) => one !== socket);
      broadcast(others, data);
    });
  }
});
announce(server.address!.port);
