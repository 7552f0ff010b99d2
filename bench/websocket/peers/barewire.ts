/** Our own WebSocketServer on a port of its own. */
import { WebSocketServer } from "../../../src/websocket/index.ts";
import { announce } from "../../harness/peer.ts";
import { options, serve } from "./barewire-server.ts";

const own = { ...options, port: 0, host: "127.0.0.1", readPath: "direct" } as const;
const server = new WebSocketServer(own);
serve(server);
await server.listening;
announce(server.address!.port);
