/** Our HTTP server with one route, its limits at their defaults. */
import { HttpServer, jsonResponse, Router } from "../../../src/http/index.ts";
import { announce } from "../../harness/peer.ts";

const router = new Router().add("GET", "/healthz", () => jsonResponse(200, { status: "ok" }));
const server = new HttpServer({ handler: router.handle });
const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
announce(port);
