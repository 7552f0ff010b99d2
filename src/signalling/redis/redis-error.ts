/** What can be wrong with Redis, in words of our own: a reply may quote what was sent, and a URL holds a password. */

export type RedisBusErrorCode =
  /** The package `redis` is not there. */
  | "not-installed"
  /** No connection, or none any more. */
  | "unreachable"
  /** Connected, and no answer in time. */
  | "timeout"
  | "authentication"
  /** The user of the ACL may not do what a bus needs. */
  | "permission"
  | "out-of-memory"
  /** A replica, or a Redis that cannot save what it is told. */
  | "read-only"
  /** What answers is not Redis, or not one that can do this. */
  | "protocol"
  /** This process was silent for so long that the others have given it up. */
  | "forgotten"
  /** One command was refused; the connection is as good as before. */
  | "refused";

/** Redis cannot be used, or not for this; {@link code} says why. */
export class RedisBusError extends Error {
  override readonly name = "RedisBusError";
  readonly code: RedisBusErrorCode;

  constructor(code: RedisBusErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The first word of an error reply, and what it means here. */
const replies: Readonly<Record<string, readonly [RedisBusErrorCode, string]>> = {
  NOAUTH: ["authentication", "Redis wants a password (NOAUTH)"],
  WRONGPASS: ["authentication", "Redis does not take this username and password (WRONGPASS)"],
  NOPERM: [
    "permission",
    "the Redis user lacks a permission (NOPERM): it needs ~PREFIX* &PREFIX* +@connection +@pubsub +@scripting " +
      "+@hash +@stream +@sortedset +@keyspace +time",
  ],
  OOM: ["out-of-memory", "Redis is out of memory (OOM)"],
  READONLY: ["read-only", "this Redis is a replica (READONLY)"],
  MISCONF: ["read-only", "Redis cannot save to disk and takes no writes (MISCONF)"],
  NOREPLICAS: ["read-only", "Redis has too few replicas to take writes (NOREPLICAS)"],
  MASTERDOWN: ["read-only", "this Redis is a replica that has lost its master (MASTERDOWN)"],
  LOADING: ["unreachable", "Redis is still loading its data (LOADING)"],
  CLUSTERDOWN: ["unreachable", "the Redis cluster is down (CLUSTERDOWN)"],
  MOVED: ["protocol", "this Redis is one of a cluster (MOVED): the bus needs one that stands alone"],
  NOPROTO: ["protocol", "this Redis does not speak RESP3 (NOPROTO): the bus needs Redis 6.2 or newer"],
};

/** What an error of the client means. */
export function redisErrorOf(error: unknown): RedisBusError {
  if (error instanceof RedisBusError) return error;
  const thrown: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  const { code, message } = thrown;
  if (typeof code === "string") return new RedisBusError("unreachable", `Redis cannot be reached (${code})`);
  const word = /^-?([A-Z]{2,20})\b/.exec(message)?.[1];
  const known = word === undefined ? undefined : replies[word];
  if (known !== undefined) return new RedisBusError(...known);
  if (/\bNOPERM\b|permission|user executing the script/.test(message))
    return new RedisBusError(...replies.NOPERM!);
  // Inside of a script the word stands further back, or is left out.
  if (/\bOOM\b|maxmemory/.test(message)) return new RedisBusError(...replies.OOM!);
  if (/\bREADONLY\b|read only replica/.test(message)) return new RedisBusError(...replies.READONLY!);
  if (word !== undefined) return new RedisBusError("refused", `Redis refused a command (${word})`);
  if (/clos|disconnect|offline|timeout/i.test(message)) {
    return new RedisBusError("unreachable", "the connection to Redis has ended");
  }
  return new RedisBusError("protocol", "what answers does not speak as Redis does");
}

/** Whether only the one command failed, so that the connection may go on. */
export function isOfOneCommand({ code }: RedisBusError): boolean {
  return code === "refused" || code === "out-of-memory";
}
