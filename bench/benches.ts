/** The benchmarks there are, in the order in which they run and stand in RESULTS.md. */
export const benches = [
  "websocket/echo",
  "websocket/fanout",
  "websocket/handshake",
  "websocket/idle",
  "websocket/deflate-echo",
  "websocket/endurance",
  "websocket/write",
  "websocket/deflate",
  "websocket/mask",
  "websocket/utf8",
  "jwt/sign-verify",
  "jwt/key-set",
  "jwt/decode",
  "jwt/refuse",
  "jwt/parts",
  "http/requests",
  "http/me",
  "http/login",
  "http/login-flood",
  "auth/timing",
  "auth/sessions",
  "signalling/relay",
  "signalling/room-fanout",
  "signalling/join-storm",
  "signalling/two-processes",
  "signalling/grammar",
] as const;
export type BenchName = (typeof benches)[number];

/** The module of a benchmark, which exports `bench`. */
export function moduleOf(name: BenchName): URL {
  return new URL(`./${name}.ts`, import.meta.url);
}

/**
 * The benchmarks that `names` mean: a whole name, a folder or a file (`websocket`, `echo`). All without names.
 *
 * @returns the first name that means none, as `unknown`
 */
export function selectBenches(
  names: readonly string[],
): { readonly selected: readonly BenchName[] } | { readonly unknown: string } {
  const means = (name: string, bench: BenchName): boolean =>
    bench === name || bench.split("/").includes(name);
  const unknown = names.find((name) => !benches.some((bench) => means(name, bench)));
  if (unknown !== undefined) return { unknown };
  if (names.length === 0) return { selected: benches };
  return { selected: benches.filter((bench) => names.some((name) => means(name, bench))) };
}
