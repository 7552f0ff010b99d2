/** Logins as fast as they are answered, by clients of which each waits for its answer: a closed loop. */
import { password, usernameOf } from "../auth/our-auth.ts";
import type { Load } from "../harness/server-load.ts";
import { basic, KeptConnection, requestOf } from "./kept-connection.ts";

/** The bytes of a login by a program, which gets its tokens in the content. */
export function loginRequest(username: string, secret: string = password): string {
  return requestOf("POST /auth/token", { authorization: basic(username, secret) });
}

/** What a program keeps of the answer to a login. */
export interface LoginAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Logs somebody in, over `connection`. */
export async function logIn(connection: KeptConnection, username: string): Promise<LoginAnswer> {
  const { status, body } = await connection.ask(loginRequest(username));
  if (status !== 200) throw new Error(`a login was answered with ${status}: ${body}`);
  const { access_token, refresh_token } = JSON.parse(body) as Partial<LoginAnswer>;
  if (access_token === undefined || refresh_token === undefined) throw new Error("a login gave no tokens");
  return { access_token, refresh_token };
}

/** As many logins as, at the rate of the last time, take `duration`; always a multiple of `clients`. */
export function loginLoad(port: number, clients: number): Load {
  const connections = Array.from({ length: clients }, () => new KeptConnection(port));
  return counted(clients, async (amount) => {
    let left = amount;
    const work = async (connection: KeptConnection, number: number): Promise<void> => {
      while (left-- > 0) await logIn(connection, usernameOf(number));
    };
    await Promise.all(connections.map(work));
  });
}

/** The same number of keys from the server of bare scrypt. */
export function scryptLoad(port: number, multiple: number): Load {
  const connection = new KeptConnection(port);
  return counted(multiple, async (amount) => {
    const { status } = await connection.ask(requestOf(`GET /${amount}`));
    if (status !== 200) throw new Error(`the server of bare scrypt answered ${status}`);
  });
}

function counted(multiple: number, run: (amount: number) => Promise<void>): Load {
  let perMillisecond = 0;
  return async (duration) => {
    const amount = multiple * Math.max(1, Math.round((perMillisecond * duration) / multiple));
    const started = performance.now();
    await run(amount);
    perMillisecond = amount / (performance.now() - started);
    return amount;
  };
}
