/** How large the tiles are: the largest that all fit, none wider than 16:9 nor taller than a square. */

export interface TileSize {
  readonly width: number;
  readonly height: number;
}

const WIDEST = 16 / 9;
const TALLEST = 1;

/** Tries every number of columns; `width`, `height` and `gap` are CSS pixels. */
export function tileSize(tiles: number, space: TileSize, gap: number): TileSize {
  let best: TileSize = { width: 0, height: 0 };
  for (let columns = 1; columns <= tiles; columns++) {
    const rows = Math.ceil(tiles / columns);
    const size = clampShape(
      (space.width - gap * (columns - 1)) / columns,
      (space.height - gap * (rows - 1)) / rows,
    );
    if (size.width * size.height > best.width * best.height) best = size;
  }
  return best;
}

function clampShape(width: number, height: number): TileSize {
  if (width <= 0 || height <= 0) return { width: 0, height: 0 };
  return {
    width: Math.floor(Math.min(width, height * WIDEST)),
    height: Math.floor(Math.min(height, width / TALLEST)),
  };
}
