/**
 * RFC 6749 §2.3.1: the other servers that may ask about tokens (RFC 7662 §2.1), each with an id and a secret, sent as
 * Basic. RFC 7662 §4 has introspection look at whether a token "can be used at the resource server making the
 * introspection call": ours have one audience, and all of these servers are in it.
 */
import { createHash } from "node:crypto";
import { equalBytes } from "../../bytes.ts";

/** A server that takes our tokens. */
export interface ResourceServer {
  /** Letters, digits, ".", "_" and "-". */
  readonly id: string;
  /** At least 32 of the same characters: random bytes in base64url or hex. */
  readonly secret: string;
}

// RFC 6749 §2.3.1 has both form-encoded before they go into Basic, which half of all clients forget. These
// characters stay what they are, so that both halves are right.
const idGrammar = /^[A-Za-z0-9._-]{1,128}$/;
const secretGrammar = /^[A-Za-z0-9._-]{32,256}$/;

/** Says which resource server asks. Secrets are kept as hashes and compared in constant time. */
export class ResourceServers {
  readonly #servers: readonly { readonly id: string; readonly hash: Buffer }[];

  /** @throws {TypeError} when an id or a secret has other characters, a secret is too short, or an id is there twice */
  constructor(servers: readonly ResourceServer[] = []) {
    for (const { id, secret } of servers) {
      if (!idGrammar.test(id))
        throw new TypeError('The id of a resource server is of letters, digits, ".", "_", "-"');
      if (!secretGrammar.test(secret)) {
        throw new TypeError(`The secret of ${id} must be 32 to 256 letters, digits, ".", "_" or "-"`);
      }
    }
    if (new Set(servers.map(({ id }) => id)).size < servers.length) {
      throw new TypeError("A resource server is there twice");
    }
    this.#servers = servers.map(({ id, secret }) => ({ id, hash: hashOf(id, secret) }));
  }

  /** The id of the server that these are the credentials of. Each is compared with, so time tells nothing. */
  authenticate({
    username,
    password,
  }: {
    readonly username: string;
    readonly password: string;
  }): string | undefined {
    const given = hashOf(username, password);
    const [found] = this.#servers.filter(({ hash }) => equalBytes(hash, given));
    return found?.id;
  }
}

/** An id has no colon, so that no two pairs look alike. */
function hashOf(id: string, secret: string): Buffer {
  return createHash("sha256").update(`${id}:${secret}`).digest();
}
