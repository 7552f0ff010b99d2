/** What a server under test is to do; the first argument of its script. */
export type Duty =
  /** Send each message back. Heartbeats are off: the client compares every byte. */
  | "echo"
  /** The same with permessage-deflate, for messages of every length. */
  | "deflate-echo"
  /** Send each message to everybody. */
  | "broadcast"
  /** Open connections and keep them, with an echo server's handlers and all defaults. */
  | "open";

export const duty = process.argv[2] as Duty;
