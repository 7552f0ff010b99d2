/** Who answers `GET /auth/me`: our server, Fastify with `@fastify/jwt` in four ways, and a prepared answer. */
import { createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Claims, decodeJwt } from "../../src/jwt/index.ts";
import { type AuthDuty, lowCost, usernameOf } from "../auth/our-auth.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { type KeyPair, mint } from "../jwt/tokens.ts";
import { type Answer, fetchAnswer } from "./answer.ts";
import { KeptConnection, requestOf } from "./kept-connection.ts";
import { logIn } from "./login-load.ts";
import type { Question } from "./me-load.ts";
import type { FastifyJwtDuty } from "./peers/fastify-jwt.ts";

/** A server, and what it is to be asked. */
export interface MeContender {
  readonly name: string;
  readonly server: ServerProcess;
  readonly questions: readonly Question[];
}

/** What our server demands of a token, in the words of fast-jwt. */
const sameDemands = {
  allowedIss: "barewire",
  allowedAud: "barewire",
  checkTyp: "at+jwt",
  requiredClaims: ["sub", "jti", "sid", "iat", "exp", "preferred_username"],
} as const;

const secret = randomBytes(32).toString("base64url");
const secretKey = createSecretKey(Buffer.from(secret));
const hs256: KeyPair = { alg: "HS256", privateKey: secretKey, publicKey: secretKey };
const es256: KeyPair = { alg: "ES256", ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
const publicPem = es256.publicKey.export({ type: "spki", format: "pem" }).toString();

/** The names of Fastify's four ways; the first is the one of its documentation. */
export const fastifyNames = ["fastify", "fastify cached", "fastify ES256", "fastify ES256 cached"] as const;

const fastifys: Readonly<
  Record<(typeof fastifyNames)[number], { readonly pair: KeyPair; readonly duty: FastifyJwtDuty }>
> = {
  fastify: { pair: hs256, duty: { secret } },
  "fastify cached": { pair: hs256, duty: { secret, verify: { cache: true } } },
  "fastify ES256": { pair: es256, duty: { secret: { public: publicPem }, verify: sameDemands } },
  "fastify ES256 cached": {
    pair: es256,
    duty: { secret: { public: publicPem }, verify: { ...sameDemands, cache: true } },
  },
};

/**
 * Starts all of them, with so many tokens each, of the same claims. All give the same answer to the same claims;
 * that is proven here, and so is that none of them answers to a token that was tampered with.
 *
 * @param started is told each server at once: whoever called stops it, if this rejects too
 */
export async function startMeContenders(
  tokens: number,
  started: (server: ServerProcess) => void,
): Promise<readonly MeContender[]> {
  const start = async (peer: string, arg?: unknown): Promise<ServerProcess> => {
    const args = arg === undefined ? [] : [JSON.stringify(arg)];
    const server = await ServerProcess.start(new URL(`./peers/${peer}.ts`, import.meta.url), { args });
    started(server);
    return server;
  };
  const duty: AuthDuty = { accounts: tokens, cost: lowCost };
  const ours = await contenderOf("barewire", await start("barewire-auth", duty), (server) =>
    logInAll(server.port, tokens),
  );
  const contenders = [ours];
  for (const name of fastifyNames) {
    const { pair, duty } = fastifys[name];
    const mintSame = ({ token }: Question): string => mint(pair, claimsOf(token)).text;
    contenders.push(
      await contenderOf(name, await start("fastify-jwt", duty), async () => ours.questions.map(mintSame)),
    );
  }
  const floor = await start("prepared");
  await prepare(floor.port, ours);
  contenders.push(
    await contenderOf("node:http", floor, async () => ours.questions.map(({ token }) => token)),
  );
  for (const contender of contenders) await prove(contender, ours.questions);
  return contenders;
}

async function contenderOf(
  name: string,
  server: ServerProcess,
  tokensOf: (server: ServerProcess) => Promise<readonly string[]>,
): Promise<MeContender> {
  const questions: Question[] = [];
  for (const token of await tokensOf(server)) {
    const { status, body } = await ask(server.port, token);
    if (status !== 200) throw new Error(`${name} answers ${status} to a good token: ${body}`);
    questions.push({ token, body });
  }
  return { name, server, questions };
}

async function logInAll(port: number, tokens: number): Promise<readonly string[]> {
  const connection = new KeptConnection(port);
  const all: string[] = [];
  for (let number = 0; number < tokens; number++) {
    all.push((await logIn(connection, usernameOf(number))).access_token);
  }
  connection.close();
  return all;
}

/** Tells the server of prepared answers what ours has answered, with all its header fields. */
async function prepare(port: number, ours: MeContender): Promise<void> {
  const answers: Record<string, Answer> = {};
  for (const { token } of ours.questions) {
    answers[`Bearer ${token}`] = await ask(ours.server.port, token);
  }
  const connection = new KeptConnection(port);
  const { status } = await connection.ask(requestOf("PUT /", {}, JSON.stringify(answers)));
  connection.close();
  if (status !== 204) throw new Error(`the server of prepared answers answered ${status}`);
}

/**
 * A server that answers something else, or to anybody, is not worth measuring.
 *
 * @throws when it has not given the answers that `expected` were given, or answers to a token that was tampered with
 */
export async function prove(
  {
    name,
    server,
    questions,
  }: Pick<MeContender, "name" | "questions"> & { readonly server: { readonly port: number } },
  expected: readonly Question[],
): Promise<void> {
  questions.forEach(({ body }, i) => {
    if (!isDeepStrictEqual(JSON.parse(body), JSON.parse(expected[i]!.body))) {
      throw new Error(`${name} answers something else: ${body}`);
    }
  });
  const { token } = questions[0]!;
  const signature = token.lastIndexOf(".") + 1;
  const tampered = `${token.slice(0, signature)}${token[signature] === "A" ? "B" : "A"}${token.slice(signature + 1)}`;
  const { status } = await ask(server.port, tampered);
  if (status !== 401) throw new Error(`${name} answers ${status} to a token that was tampered with`);
}

function ask(port: number, token: string): Promise<Answer> {
  return fetchAnswer(port, "/auth/me", { authorization: `Bearer ${token}` });
}

function claimsOf(token: string): Claims {
  return decodeJwt(token).claims;
}
