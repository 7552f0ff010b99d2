/** Our own WebSocketServer, attached to a `node:http` server. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "../../../src/websocket/index.ts";
import { announce } from "../../harness/peer.ts";
import { options, serve } from "./barewire-server.ts";

const http = createServer();
serve(new WebSocketServer({ ...options, server: http }));
http.listen(0, "127.0.0.1", () => announce((http.address() as AddressInfo).port));
