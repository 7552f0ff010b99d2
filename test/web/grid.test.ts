import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TileSize, tileSize } from "../../web/grid.ts";

/** How many tiles of this size the space takes. */
function capacity(space: TileSize, { width, height }: TileSize, gap: number): number {
  const across = Math.floor((space.width + gap) / (width + gap));
  const down = Math.floor((space.height + gap) / (height + gap));
  return across * down;
}

const anyStage = {
  tiles: fc.integer({ min: 1, max: 16 }),
  width: fc.integer({ min: 250, max: 4000 }),
  height: fc.integer({ min: 250, max: 3000 }),
  gap: fc.integer({ min: 0, max: 16 }),
};

describe("the size of the tiles", () => {
  it.each([
    ["one on a wide stage is 16:9 and as high as it", 1, 1600, 450, { width: 800, height: 450 }],
    ["one on a high stage is a square and as wide as it", 1, 400, 900, { width: 400, height: 400 }],
    ["two stand side by side on a wide stage", 2, 1016, 500, { width: 500, height: 500 }],
    ["two stand one above the other on a high stage", 2, 400, 816, { width: 400, height: 400 }],
    ["four make a square of squares", 4, 816, 816, { width: 400, height: 400 }],
    ["three leave one place of four empty", 3, 1616, 916, { width: 800, height: 450 }],
  ])("%s", (_, tiles, width, height, expected) => {
    expect(tileSize(tiles, { width, height }, 16)).toEqual(expected);
  });

  it("lets all of them fit", () => {
    fc.assert(
      fc.property(fc.record(anyStage), ({ tiles, width, height, gap }) => {
        const size = tileSize(tiles, { width, height }, gap);
        expect(capacity({ width, height }, size, gap)).toBeGreaterThanOrEqual(tiles);
      }),
    );
  });

  it("is the largest: nothing of the same shape and two pixels wider fits", () => {
    fc.assert(
      fc.property(fc.record(anyStage), ({ tiles, width, height, gap }) => {
        const size = tileSize(tiles, { width, height }, gap);
        // Whole pixels cost less than one in each direction.
        const larger = { width: size.width + 2, height: size.height + 2 };
        expect(capacity({ width, height }, larger, gap)).toBeLessThan(tiles);
      }),
    );
  });

  it("keeps a shape between a square and 16:9, but for the fraction of a pixel", () => {
    fc.assert(
      fc.property(fc.record(anyStage), ({ tiles, width, height, gap }) => {
        const size = tileSize(tiles, { width, height }, gap);
        expect(size.height).toBeLessThanOrEqual(size.width);
        expect(size.width).toBeLessThan(((size.height + 1) * 16) / 9);
      }),
    );
  });

  it("is nothing where there is no space, or nobody", () => {
    const nothing = { width: 0, height: 0 };
    expect(tileSize(3, nothing, 12)).toEqual(nothing);
    expect(tileSize(16, { width: 300, height: 10 }, 400)).toEqual(nothing);
    expect(tileSize(0, { width: 300, height: 300 }, 12)).toEqual(nothing);
  });
});
