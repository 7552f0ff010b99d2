/** RFC 8037 Appendix A: examples with Ed25519. https://www.rfc-editor.org/rfc/rfc8037#appendix-A */
import type { Jwk } from "../../../src/jwt/jwk.ts";
import type { CompactExample } from "./example.ts";

/** RFC 8037 §A.2: the public key. */
export const publicKey: Jwk = {
  kty: "OKP",
  crv: "Ed25519",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
};

/** RFC 8037 §A.1: the private key. */
export const privateKey: Jwk = { ...publicKey, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" };

/** RFC 8037 §A.3: the thumbprint of the public key. */
export const okpThumbprint: { key: Jwk; thumbprint: string } = {
  key: publicKey,
  thumbprint: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
};

/** RFC 8037 §A.4 and §A.5: what is signed, and the signature. */
export const payload = "Example of Ed25519 signing";
export const eddsa: CompactExample = {
  alg: "EdDSA",
  key: privateKey,
  token:
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc." +
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
};
