/** HTTP servers for the tests of the clients, on free ports; closed when a test is over. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that answers as `listener` does; resolves with its port. */
export async function listenHttp(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** The same for the tokens of a login. */
export const tokens: string = JSON.stringify({ access_token: "an access token", refresh_token: "another" });
