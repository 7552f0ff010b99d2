import { execFile } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { mask } from "../../../src/websocket/wire/mask.ts";
import { createSimdMask, type SimdMask } from "../../../src/websocket/wire/simd-mask.ts";
import { random } from "../random.ts";

const PAGE = 64 * 1024;

function simdMask(bytes: number): SimdMask {
  const simd = createSimdMask(bytes);
  if (simd === undefined) throw new Error("this machine has no WebAssembly SIMD");
  return simd;
}

/** RFC 6455 §5.3, literally: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", j = i MOD 4. */
function maskedOctetByOctet(bytes: Uint8Array, key: number, phase: number): Uint8Array {
  const octets = [key >>> 24, (key >>> 16) & 0xff, (key >>> 8) & 0xff, key & 0xff];
  return bytes.map((octet, i) => octet ^ octets[(i + phase) % 4]!);
}

describe("RFC 6455 §5.3 masking in WebAssembly", () => {
  it("unmasks the Hello of RFC 6455 §5.7", () => {
    const { memory, ...simd } = simdMask(16);
    memory.set(Buffer.from("7f9f4d5158", "hex"), 3);
    simd.mask(3, 8, 0x37fa213d, 0);
    expect(memory.toString("latin1", 0, 10)).toBe("\0\0\0Hello\0\0");
  });

  it("masks every length at every alignment and phase as octet by octet does, and nothing outside (seed 1)", () => {
    const { memory, ...simd } = simdMask(PAGE);
    const next = random(1);
    const original = randomFillSync(Buffer.alloc(256));
    for (let length = 0; length <= 200; length++) {
      for (let start = 0; start <= 17; start++) {
        for (let phase = 0; phase < 4; phase++) {
          const key = Math.floor(next() * 2 ** 32);
          memory.set(original);
          simd.mask(start, start + length, key, phase);
          const expected = Buffer.from(original);
          expected.set(maskedOctetByOctet(original.subarray(start, start + length), key, phase), start);
          if (!memory.subarray(0, 256).equals(expected)) {
            expect.fail(`length ${length}, start ${start}, phase ${phase}, key ${key.toString(16)}`);
          }
        }
      }
    }
  });

  for (const key of [0, 0xff, 0xff000000, 0x80000001, 0xffffffff, -1, 0x37fa213d]) {
    it(`does the same as mask.ts to large payloads (key ${key.toString(16)})`, () => {
      const { memory, ...simd } = simdMask(3 * PAGE);
      randomFillSync(memory);
      for (const [start, end, phase] of [
        [0, memory.length, 0],
        [1, memory.length, 3],
        [0, memory.length - 1, 2],
        [PAGE - 7, PAGE + 1003, 1],
        [13, 2 * PAGE + 5, 1],
        [memory.length - 19, memory.length, 2],
        [memory.length, memory.length, 1],
      ] as const) {
        const expected = Buffer.from(memory);
        mask(expected, start, end, key, phase);
        simd.mask(start, end, key, phase);
        expect(memory.equals(expected), `${start} to ${end}`).toBe(true);
      }
    });
  }

  it("goes on where the piece before ended, by its phase", () => {
    const { memory, ...simd } = simdMask(1000);
    const original = randomFillSync(memory).subarray(0, 1000);
    const expected = maskedOctetByOctet(Buffer.from(original), 0xa1b2c3d4, 0);
    let at = 0;
    for (const size of [1, 2, 3, 5, 16, 17, 31, 64, 99, 250, 512]) {
      simd.mask(at, at + size, 0xa1b2c3d4, at & 3);
      at += size;
    }
    expect(at).toBe(1000);
    expect(original).toEqual(Buffer.from(expected));
  });
});

describe("the memory of createSimdMask", () => {
  it("is as long as was asked for, or longer, and zero", () => {
    for (const bytes of [1, 100, PAGE, PAGE + 1, 1024 * 1024]) {
      const { memory } = simdMask(bytes);
      expect(memory.length).toBeGreaterThanOrEqual(bytes);
      expect(memory.length).toBeLessThan(bytes + PAGE);
      expect(memory.every((octet) => octet === 0)).toBe(true);
    }
  });

  it("is each one's own", () => {
    const [one, other] = [simdMask(16), simdMask(16)];
    one.mask(0, 16, 0x01020304, 0);
    expect(other.memory.subarray(0, 16).every((octet) => octet === 0)).toBe(true);
  });

  it("cannot be detached", () => {
    const { memory } = simdMask(16);
    expect(() => structuredClone(memory.buffer, { transfer: [memory.buffer as ArrayBuffer] })).toThrow();
    expect(memory.length).toBe(PAGE);
  });

  it("is not masked beyond its end: the call throws", () => {
    const simd = simdMask(PAGE);
    expect(() => simd.mask(PAGE - 3, PAGE + 1, 1, 0)).toThrow("out of bounds");
  });

  it("has a length, or a RangeError says what is wrong with it", () => {
    for (const bytes of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 30 + 1]) {
      expect(() => createSimdMask(bytes), String(bytes)).toThrow(RangeError);
    }
  });
});

describe("where WebAssembly is missing or forbidden", () => {
  afterEach(() => void vi.unstubAllGlobals());

  const { Memory, Module, Instance, validate } = (
    globalThis as unknown as { WebAssembly: Record<string, unknown> }
  ).WebAssembly;
  const refuse = (error: Error) =>
    class {
      constructor() {
        throw error;
      }
    };
  const withouts: readonly (readonly [what: string, WebAssembly: unknown])[] = [
    ["the global", undefined],
    ["the SIMD instructions", { Memory, Module, Instance, validate: () => false }],
    ["the permission to compile", { Memory, Module: refuse(new EvalError("forbidden")), Instance, validate }],
    ["room for the memory", { Memory: refuse(new RangeError("out of memory")), Module, Instance, validate }],
  ];
  for (const [what, WebAssembly] of withouts) {
    it(`there is none without ${what}`, () => {
      vi.stubGlobal("WebAssembly", WebAssembly);
      expect(createSimdMask(PAGE)).toBeUndefined();
    });
  }

  it("there is none in a process without a compiler", async () => {
    const folder = await mkdtemp(join(tmpdir(), "simd-mask-"));
    try {
      for (const name of ["mask", "simd-mask"]) {
        const source = await readFile(
          new URL(`../../../src/websocket/wire/${name}.ts`, import.meta.url),
          "utf8",
        );
        const script = stripTypeScriptTypes(source).replaceAll('.ts"', '.mjs"');
        await writeFile(join(folder, `${name}.mjs`), script);
      }
      const main = join(folder, "main.mjs");
      await writeFile(
        main,
        'import { createSimdMask } from "./simd-mask.mjs"; console.log(createSimdMask(9));',
      );
      const { stdout } = await promisify(execFile)(process.execPath, ["--jitless", main]);
      expect(stdout).toBe("undefined\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
