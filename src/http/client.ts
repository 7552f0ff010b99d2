/** Which addresses count as one client: what limits "per address" are kept by. Level 0 has the rule. */
export { clientOf } from "../addresses.ts";
