/**
 * Fastify with `@fastify/jwt`, as its documentation shows it: a hook that verifies, a handler that answers out of
 * the claims. Its argument says with which key, and what is demanded of a token.
 */
import fastifyJwt from "@fastify/jwt";
import Fastify from "fastify";
import { announce } from "../../harness/peer.ts";

/** What the server is told. */
export interface FastifyJwtDuty {
  /** An HMAC secret, or a public key in PEM. */
  readonly secret: string | { readonly public: string };
  /** Options of fast-jwt: what is demanded of a token, and whether it is remembered. Its defaults without. */
  readonly verify?: Readonly<Record<string, unknown>> | undefined;
}

/** The claims of our access tokens, as far as they are told. */
interface AccessClaims {
  readonly sub: string;
  readonly preferred_username: string;
  readonly sid: string;
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
}

const { secret, verify } = JSON.parse(process.argv[2]!) as FastifyJwtDuty;
const fastify = Fastify();
// With a public key alone it verifies and does not sign, which its types do not know.
await fastify.register(fastifyJwt, {
  secret: secret as string,
  ...(verify !== undefined && { verify }),
});
fastify.addHook("onRequest", async (request, reply) => {
  try {
    await request.jwtVerify();
  } catch (error) {
    reply.send(error);
  }
});
fastify.get("/auth/me", async (request) => {
  const claims = request.user as AccessClaims;
  return {
    id: claims.sub,
    username: claims.preferred_username,
    session: claims.sid,
    scope: claims.scope,
    issued_at: claims.iat,
    expires_at: claims.exp,
  };
});
await fastify.listen({ port: 0, host: "127.0.0.1" });
announce((fastify.server.address() as { readonly port: number }).port);
