/** The profile h2: RFC 8441, and what it takes from RFC 9113. That core is run over HTTP/2 too is said in `index.ts`. */
import type { Case } from "../case.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { setting } from "./rfc8441/3.ts";
import { extendedConnect } from "./rfc8441/4.ts";
import { bootstrapping } from "./rfc8441/5.ts";

export const http2ForServers: readonly Case<ServerTrial>[] = [
  ...setting,
  ...extendedConnect,
  ...bootstrapping,
];
