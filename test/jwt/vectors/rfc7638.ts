/** RFC 7638 §3.1: a key and its thumbprint. https://www.rfc-editor.org/rfc/rfc7638#section-3.1 */
import type { Jwk } from "../../../src/jwt/jwk.ts";
import { publicKeys } from "./rfc7517.ts";

/** The key is that of RFC 7517 §A.1. */
export const rsaThumbprint: { key: Jwk; thumbprint: string } = {
  key: publicKeys[1],
  thumbprint: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
};
