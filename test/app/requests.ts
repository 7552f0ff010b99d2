/** Requests to an application as a program makes them. */
import type { Server } from "../../src/app/index.ts";

const password = "correct horse battery staple";

export async function ask(
  server: Server,
  method: string,
  path: string,
  token?: string,
  content?: object,
): Promise<Response> {
  return fetch(server.url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(content !== undefined && { "content-type": "application/json" }),
    },
    ...(content !== undefined && { body: JSON.stringify(content) }),
  });
}

/** Registers, if that is still to be done, and logs in; returns the access token. */
export async function logIn(server: Server, username: string): Promise<string> {
  await ask(server, "POST", "/auth/register", undefined, { username, password });
  const answer = await ask(server, "POST", "/auth/token", undefined, { username, password });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}
