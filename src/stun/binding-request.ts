/** RFC 8489 §6.1 and §9.1.2: a Binding request, with short-term credentials or without. */
import type { Attribute } from "./attributes.ts";
import { opaqueString, shortTermKey } from "./credentials.ts";
import { encodeMessage, type Protection } from "./encode.ts";
import { MessageClass, Method } from "./message.ts";
import { encodeSoftware, encodeUsername } from "./text.ts";

/** A username and a password that the server knows too (RFC 8489 §9.1). */
export interface ShortTermCredentials {
  readonly username: string;
  readonly password: string;
  /**
   * How requests are protected. RFC 8489 §9.1.2: they "MUST include the USERNAME, MESSAGE-INTEGRITY-SHA256, and
   * MESSAGE-INTEGRITY attributes in the message unless the agent knows from an external mechanism which message
   * integrity algorithm is supported by both agents": `"both"`, the default. An answer to one of them alone must have the same.
   */
  readonly integrity?: "both" | "sha1" | "sha256" | undefined;
}

/** What a Binding request holds; nothing by default. */
export interface BindingRequestOptions {
  readonly credentials?: ShortTermCredentials | undefined;
  /** SOFTWARE; none by default (RFC 8489 §16.1.2). */
  readonly software?: string | undefined;
  /** FINGERPRINT; false by default. */
  readonly fingerprint?: boolean | undefined;
}

/**
 * Encodes a Binding request.
 *
 * @param transactionId 12 random octets
 * @throws {TypeError} and {RangeError} on a text that cannot be sent
 */
export function encodeBindingRequest(
  transactionId: Uint8Array,
  { credentials, software, fingerprint }: BindingRequestOptions = {},
): Uint8Array {
  const attributes: Attribute[] = [];
  if (software !== undefined) attributes.push(encodeSoftware(software));
  if (credentials !== undefined) attributes.push(encodeUsername(opaqueString(credentials.username)));
  return encodeMessage({
    method: Method.Binding,
    class: MessageClass.Request,
    transactionId,
    attributes,
    ...(credentials !== undefined && protectionOf(credentials)),
    fingerprint,
  });
}

function protectionOf({ password, integrity = "both" }: ShortTermCredentials): Protection {
  const key = shortTermKey(password);
  return {
    ...(integrity !== "sha256" && { integrity: key }),
    ...(integrity !== "sha1" && { integritySha256: key }),
  };
}
