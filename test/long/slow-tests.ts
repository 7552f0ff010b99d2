/** Tests that take seconds each, for processes, sockets or sheer volume: `npm run test:long` runs them, so that `npm test` stays short. */

/** What only calculates, or waits for processes that do: several at a time. */
export const slowCalculations: readonly string[] = [
  "test/jwt/properties.test.ts",
  "test/websocket/deflate/inflation.test.ts",
  "test/websocket/wire/utf8-validator.test.ts",
  "test/cli/key.test.ts",
  "test/cli/token.test.ts",
  "test/ground/ci.test.ts",
  "test/ground/closing-line-reporter.test.ts",
];

export const slowTests: readonly string[] = [
  ...slowCalculations,
  "test/conformance/client/exec-client-target.test.ts",
  "test/conformance/odd-peers.test.ts",
  "test/examples/large-files.test.ts",
  "test/websocket/reconnect/reconnect-interruptions.test.ts",
  "test/bench/websocket/peers.test.ts",
  "test/cli/main.test.ts",
  "test/cli/conform.test.ts",
  "test/websocket/attacks/slow-consumers.test.ts",
  "test/websocket/attacks/stuck-readers.test.ts",
  "test/websocket/interop-compression.test.ts",
  "test/examples/https-http2.test.ts",
  "test/websocket/server/http2-flow.test.ts",
  "test/examples/frameworks.test.ts",
  "test/examples/migrating.test.ts",
  "test/bench/signalling/peers.test.ts",
  "test/examples/game.test.ts",
  "test/examples/chat.test.ts",
  "test/examples/auth.test.ts",
];
