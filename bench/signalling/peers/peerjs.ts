/** The PeerJS server, with the number of its clients and the time without heartbeats out of the way. */
import type { AddressInfo } from "node:net";
import { PeerServer } from "peer";
import { announce } from "../../harness/peer.ts";

PeerServer(
  { host: "127.0.0.1", port: 0, path: "/", alive_timeout: 3_600_000, concurrent_limit: 100_000 },
  (server) => announce((server.address() as AddressInfo).port),
);
