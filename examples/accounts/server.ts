/**
 * A server of one's own, whole: accounts, logins, a route that knows who asks, and a chat whose sockets close when the
 * login ends. Accounts are kept in ./data, or in DATA.
 *
 *     node examples/accounts/server.ts        PORT, default 8080
 */
import { createServer } from "barewire";
import { jsonResponse } from "barewire/http";
import { broadcast } from "barewire/websocket";

const server = await createServer({
  auth: { data: process.env.DATA },
  routes: (router, { protect }) => {
    router.add(
      "GET",
      "/hello",
      protect((_request, { username }) => jsonResponse(200, { hello: username })),
    );
  },
  websocket: {
    connection: (socket, { username }) => {
      socket.addEventListener("message", ({ data }) => broadcast(server.sockets, `${username}: ${data}`));
    },
  },
});
await server.listen({ port: Number(process.env.PORT ?? 8080), host: "127.0.0.1" });
console.log(server.url);
process.once("SIGTERM", () => server.stop());
