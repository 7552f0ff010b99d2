/** Which servers a member of a room is told to find its way by: our own STUN server, and TURN servers of others. */
import {
  type IceServers,
  type IceServersMember,
  IceUrlError,
  iceServersOf,
  stunUrl,
} from "../signalling/index.ts";

/** TURN servers that share a secret with us. */
export interface TurnOptions {
  /** `turn:` and `turns:` (RFC 7065). */
  readonly urls: readonly string[];
  /** What coturn has as `static-auth-secret`; the first one mints. */
  readonly secrets: readonly string[];
  /** How long credentials are good, in milliseconds; an hour by default. */
  readonly lifetime?: number | undefined;
}

/** What {@link iceServersFor} needs. */
export interface IceServersForOptions {
  /** Where our own STUN server is; undefined while there is none. */
  readonly stun: () => { readonly port: number; readonly host?: string | undefined } | undefined;
  readonly turn?: TurnOptions | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Makes the function that says it for each member. Where our STUN server has no name of its own, the member finds it
 * where it found us.
 *
 * @throws {TypeError | RangeError} for a URL that is none of a TURN server, or none of the secrets it needs
 */
export function iceServersFor({
  stun,
  turn,
  now,
}: IceServersForOptions): (member: IceServersMember) => IceServers {
  const { urls: turnUrls, secrets, lifetime } = turn ?? {};
  const others = iceServersOf({ turnUrls, secrets, lifetime, now });
  return (member) => {
    const given = others(member);
    const url = ownUrl(stun(), member.host);
    return url === undefined ? given : { ...given, iceServers: [{ urls: [url] }, ...given.iceServers] };
  };
}

/** The name in a Host field (RFC 9110 §7.2): without its port, and without brackets. */
export function nameOfHost(field: string | undefined): string | undefined {
  const [, literal, name] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d*)?$/.exec(field ?? "") ?? [];
  return literal ?? name;
}

/** What a client says is its host may be anything; then it is told nothing. */
function ownUrl(
  own: { readonly port: number; readonly host?: string | undefined } | undefined,
  reached: string | undefined,
): string | undefined {
  const host = own?.host ?? reached;
  if (own === undefined || host === undefined) return undefined;
  try {
    return stunUrl(host, own.port);
  } catch (error) {
    if (error instanceof IceUrlError) return undefined;
    throw error;
  }
}
