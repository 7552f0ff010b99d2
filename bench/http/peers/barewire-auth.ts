/** Our HTTP server with the auth routes. Its argument says with which store, accounts and cost. */
import { authRoutes, HttpServer, Router } from "../../../src/http/index.ts";
import { type AuthDuty, openOurAuth } from "../../auth/our-auth.ts";
import { announce } from "../../harness/peer.ts";

/** The limits count, as they always do, and are never reached. */
const ample = { quota: 60_000, window: 60_000, burst: 1_000_000_000 };
const policies = {
  login: { name: "login", ...ample },
  loginFailures: { name: "login-failures", ...ample },
  loginFailuresHere: { name: "login-failures-here", ...ample },
};

const auth = await openOurAuth(JSON.parse(process.argv[2]!) as AuthDuty);
const router = authRoutes(new Router(), { auth, limits: { policies } });
const server = new HttpServer({ handler: router.handle });
const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
announce(port);
