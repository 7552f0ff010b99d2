/** The longest message, in bytes: what every server under test is set to, so that a bomb is one for each of them. */
export const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024;
