/** RFC 7519: a claims set, and a token that nobody signed. https://www.rfc-editor.org/rfc/rfc7519#section-3.1 */
import { a5 } from "./rfc7515.ts";

/** RFC 7519 §3.1: the claims of the example JWT, which are the payload of most examples in RFC 7515 §A. */
export const exampleClaims: { iss: string; exp: number; "http://example.com/is_root": boolean } = {
  iss: "joe",
  exp: 1300819380,
  "http://example.com/is_root": true,
};

/** RFC 7519 §6.1: an Unsecured JWT. */
export const unsecured: string = a5;
