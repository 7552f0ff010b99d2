import { chance, type Next, octet, pick, upTo } from "./random.ts";

/** Breaks octets, whatever they mean. */
export function mutate(next: Next, stream: Buffer): Buffer {
  let bytes = stream;
  while (chance(next, 0.4) && bytes.length > 0) {
    const at = upTo(next, bytes.length - 1);
    const length = upTo(next, 4);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    bytes = pick<() => Buffer>(next, [
      () => Buffer.concat([before, Buffer.of(after[0]! ^ (1 << upTo(next, 7))), after.subarray(1)]),
      () => Buffer.concat([before, Buffer.of(octet(next)), after.subarray(1)]),
      () => Buffer.concat([before, after.subarray(length)]),
      () => Buffer.concat([before, Buffer.from(Array.from({ length }, () => octet(next))), after]),
      () => Buffer.concat([before, after.subarray(0, 40), after]),
      () => before,
    ])();
  }
  return bytes;
}
