/** Tests that take seconds each, for processes, sockets or sheer volume: `npm run test:long` runs them, so that `npm test` stays short. */
export const slowTests: readonly string[] = [
  "test/conformance/client/exec-client-target.test.ts",
  "test/conformance/odd-peers.test.ts",
  "test/examples/large-files.test.ts",
  "test/websocket/deflate/inflation.test.ts",
  "test/websocket/reconnect/reconnect-interruptions.test.ts",
  "test/jwt/properties.test.ts",
  "test/cli/key.test.ts",
  "test/cli/token.test.ts",
  "test/ground/ci.test.ts",
  "test/ground/closing-line-reporter.test.ts",
  "test/bench/websocket/peers.test.ts",
  "test/examples/game.test.ts",
  "test/examples/chat.test.ts",
  "test/examples/auth.test.ts",
];
