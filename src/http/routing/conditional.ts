/**
 * RFC 9110 §8.8.3 and §13.1.2: entity tags, and the condition that saves sending what the client has.
 *
 *     entity-tag = [ weak ] opaque-tag      weak = %s"W/"      opaque-tag = DQUOTE *etagc DQUOTE
 */

/**
 * A weak entity tag of a file. Weak, because it does not look at the content: two writes within one tick
 * of the file system's clock would share it (RFC 9110 §8.8.1).
 */
export function fileEntityTag(file: { readonly size: bigint; readonly mtimeNs: bigint }): string {
  return `W/"${file.size.toString(16)}-${file.mtimeNs.toString(16)}"`;
}

const ENTITY_TAG_LIST =
  /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*$/;

/**
 * Whether an If-None-Match field names `entityTag`, so that GET and HEAD are answered with 304. A field
 * outside the grammar names nothing.
 *
 * RFC 9110 §13.1.2: "A recipient MUST use the weak comparison function when comparing entity tags for
 * If-None-Match": the opaque parts alone count.
 */
export function matchesEntityTag(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  if (!ENTITY_TAG_LIST.test(ifNoneMatch)) return false;
  const opaque = entityTag.replace(/^W\//, "");
  const listed: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? [];
  return listed.includes(opaque);
}
