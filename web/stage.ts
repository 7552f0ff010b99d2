/** The stage: every tile, as large as the space allows. */
import { byId } from "./dom.ts";
import { tileSize } from "./grid.ts";
import type { Tile } from "./tile.ts";

const stage = byId("stage", HTMLElement);
const list = byId("tiles", HTMLUListElement);
const alone = byId("alone", HTMLElement);

/** Starts fitting the tiles to the window, for as long as the page lives. */
export function setUpStage(): void {
  new ResizeObserver(layOut).observe(list);
}

export function addTile(tile: Tile): void {
  list.append(tile.element);
  refit();
}

export function removeTile(tile: Tile): void {
  tile.remove();
  refit();
}

function refit(): void {
  alone.hidden = list.querySelectorAll(".tile:not([data-screen])").length > 1;
  layOut();
}

function layOut(): void {
  const gap = Number.parseFloat(getComputedStyle(list).rowGap) || 0;
  const space = { width: list.clientWidth, height: list.clientHeight };
  const { width, height } = tileSize(list.childElementCount, space, gap);
  stage.style.setProperty("--tile-width", `${width}px`);
  stage.style.setProperty("--tile-height", `${height}px`);
}
