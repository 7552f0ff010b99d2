/** Limits that no cell of the benchmarks reaches, the same for every server under test. */

/** The longest message is 1 MiB. */
export const MAX_MESSAGE_BYTES: number = 2 * 1024 * 1024;

/** 4 messages of 1 MiB, or 32 of 64 KiB, wait for one client at most. */
export const MAX_BUFFERED_BYTES: number = 16 * 1024 * 1024;

/** All come from one address. */
export const MAX_CONNECTIONS: number = 100_000;
