/**
 * An Express application behind Barewire's logins: the routes under /auth are ours, and a middleware lets through who
 * shows our token or our cookie. Accounts are kept in ./data, or in DATA.
 *
 *     node examples/express-auth/server.ts        PORT, default 8080
 */
import type { AddressInfo } from "node:net";
import { openAuth, type Session } from "barewire/auth";
import {
  authenticateRequest,
  authRoutes,
  HttpProblem,
  isSafeMethod,
  nodeListener,
  Router,
} from "barewire/http";
import express, { type RequestHandler } from "express";

const auth = await openAuth({ data: process.env.DATA });

/** Whose request it is goes into `response.locals`; who cannot say gets a problem (RFC 9457) with its challenge. */
const loggedIn: RequestHandler = (request, response, next) => {
  try {
    const unsafe = !isSafeMethod(request.method);
    response.locals.session = authenticateRequest(request.headers, auth.sessions, { unsafe });
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    const { status, headers, body } = error.response;
    response.status(status).set(headers).send(body);
    return;
  }
  next();
};

const app = express();
// Before any body parser: it reads its own content, and leaves every other path to what follows.
app.use(nodeListener(authRoutes(new Router(), { auth })));
app.get("/public", (_request, response) => void response.json({ hello: "anybody" }));
app.use("/private", loggedIn, express.json());
app.get("/private", (_request, response) => {
  const { username, scope } = response.locals.session as Session;
  response.json({ hello: username, scope });
});
app.post("/private/notes", (request, response) => void response.status(201).json(request.body));

const http = app.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => http.close(() => void auth.close()));
