import { hash, timingSafeEqual } from "node:crypto";

/** What a log holds of a resume secret. A fast hash will do: the secret has more random bits than anybody can try. */
export function secretHash(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** Of hashes, so that their time tells nothing of use; in constant time all the same, as every secret is compared. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
