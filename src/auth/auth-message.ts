/** What a client says in band about its login: see `socket-logins.ts`. */

/** The longest message that is read as one, in UTF-16 code units: a token has a few hundred. */
const longest = 8_192;

/** A token or a ticket, and how the sender wants the answer to be called. */
export type AuthMessage = { readonly id?: string | number } & (
  | { readonly token: string }
  | { readonly ticket: string }
);

/**
 * The message in `text`, or undefined when it is not one of ours: an object whose `type` is `auth` and that has one of
 * `token` and `ticket`, a string. What carries this type and neither is one with an empty token, so that it is
 * refused and not passed on.
 */
export function parseAuthMessage(text: string): AuthMessage | undefined {
  // Everything that comes in passes here, and almost nothing is about logins.
  if (text.length > longest || !text.includes('"auth"')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { type, token, ticket, id } = value as Readonly<Record<string, unknown>>;
  if (type !== "auth") return undefined;
  const named = isId(id) ? { id } : {};
  if (typeof ticket === "string" && token === undefined) return { ticket, ...named };
  return { token: typeof token === "string" && ticket === undefined ? token : "", ...named };
}

/** JSON can write numbers that no number of ours is, and then could not be written back. */
function isId(id: unknown): id is string | number {
  return typeof id === "string" ? id.length <= 64 : typeof id === "number" && Number.isFinite(id);
}
