/** What somebody does who wants to know which users exist: tries passwords, and looks at the clock. */
import { basic, KeptConnection, requestOf } from "../http/kept-connection.ts";
import { usernameOf } from "./our-auth.ts";

/** Milliseconds that each attempt took, those of one pair at the same place. */
export interface AttemptTimes {
  readonly unknownUser: readonly number[];
  readonly wrongPassword: readonly number[];
}

/** What is tried. */
export interface Attempts {
  readonly port: number;
  /** How many accounts there are; they are tried in turn, and as many that there are not. */
  readonly accounts: number;
  /** How often both are tried. */
  readonly pairs: number;
}

/**
 * Tries, one attempt after the other over one connection, a user that there is and one that there is not, by turns
 * of which chance decides who comes first.
 *
 * @throws when an attempt is answered with anything but 401, or the two are not answered with the same
 */
export async function timeAttempts({ port, accounts, pairs }: Attempts): Promise<AttemptTimes> {
  const connection = new KeptConnection(port);
  const unknownUser: number[] = [];
  const wrongPassword: number[] = [];
  const attempt = async (kind: "user" | "none", pair: number): Promise<void> => {
    const credentials = basic(usernameOf(pair % accounts, kind), "wrong horse battery staple!!");
    const request = requestOf("POST /auth/token", { authorization: credentials });
    const started = performance.now();
    const { status, body } = await connection.ask(request);
    (kind === "user" ? wrongPassword : unknownUser).push(performance.now() - started);
    if (status !== 401) throw new Error(`a wrong login was answered with ${status}: ${body}`);
    bodies.add(body);
  };
  const bodies = new Set<string>();
  try {
    for (let pair = 0; pair < pairs; pair++) {
      const [first, second] = Math.random() < 0.5 ? (["user", "none"] as const) : (["none", "user"] as const);
      await attempt(first, pair);
      await attempt(second, pair);
    }
  } finally {
    connection.close();
  }
  if (bodies.size !== 1) throw new Error(`the two are answered differently: ${[...bodies].join(" ")}`);
  return { unknownUser, wrongPassword };
}
