/**
 * Our SignallingServer on our WebSocketServer. Arguments: whether budgets are out of the way (`unbounded`) or as they
 * are by default (`default`), and the URL of a Redis for rooms that several processes share.
 */

import { type HubOptions, SignallingServer } from "../../../src/signalling/index.ts";
import { openRedisBus } from "../../../src/signalling/redis/index.ts";
import { broadcast, type Endpoint } from "../../../src/websocket/index.ts";
import { announce } from "../../harness/peer.ts";
import { listen } from "./websocket-server.ts";

const [, , budgets = "default", redis] = process.argv;

const plenty = { perSecond: 1e12, burst: 1e12 };
const unbounded: HubOptions = {
  maxPeersPerRoom: 100_000,
  peerRates: { messages: plenty, size: plenty, joins: plenty, candidates: plenty },
  roomRates: { deliveries: plenty, size: plenty, joins: plenty, userJoins: plenty },
};

const server = await listen();
const signalling = new SignallingServer<Endpoint>({
  hub: budgets === "unbounded" ? unbounded : {},
  broadcast,
  ...(redis === undefined ? {} : { bus: openRedisBus({ url: redis }) }),
});
await signalling.start();
let count = 0;
server.addEventListener("connection", ({ socket }) => {
  const user = `user-${++count}`;
  signalling.add(socket, { user, name: `Somebody ${count}` });
});
announce(server.address!.port);
