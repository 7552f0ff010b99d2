/**
 * RFC 6455 §5.3: "The masking key needs to be unpredictable; thus, the masking key MUST be derived from a
 * strong source of entropy". One call for 4 bytes costs many times what they are worth, so they are drawn
 * 2,048 at a time, from one pool for all connections that use the same source.
 */
import { readUint32 } from "../../bytes.ts";

type Random = (bytes: Buffer) => void;

const POOL_SIZE = 8192;
const sources = new WeakMap<Random, () => number>();

/** A function that draws one key after the other from `random`. */
export function maskingKeys(random: Random): () => number {
  let source = sources.get(random);
  if (source === undefined) {
    source = pooled(random);
    sources.set(random, source);
  }
  return source;
}

function pooled(random: Random): () => number {
  const pool = Buffer.allocUnsafeSlow(POOL_SIZE);
  let at = POOL_SIZE;
  return () => {
    if (at === POOL_SIZE) {
      random(pool);
      at = 0;
    }
    const key = readUint32(pool, at);
    at += 4;
    return key;
  };
}
