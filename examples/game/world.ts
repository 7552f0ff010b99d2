/**
 * The game: whoever touches the star has a point, and the star goes elsewhere. Only the server knows where anybody is;
 * players say which keys they hold, and are told the whole state 60 times a second.
 *
 *     state:  tick u32 · star x u16, y u16 · for each player: id u8, x u16, y u16, score u16      (big-endian)
 *     input:  keys u8 (1 left, 2 right, 4 up, 8 down) · the tick of the last state that was drawn u32
 */
export const WIDTH = 800;
export const HEIGHT = 600;
const SPEED = 5;
const REACH = 20;

export interface Player {
  readonly id: number;
  x: number;
  y: number;
  score: number;
  keys: number;
  /** The last state that we know to have arrived. */
  seen: number;
}

export class World {
  readonly players: Set<Player> = new Set();
  tick = 0;
  readonly #random: () => number;
  #star = { x: WIDTH / 2, y: HEIGHT / 2 };

  constructor(random: () => number) {
    this.#random = random;
  }

  join(): Player {
    const taken = new Set([...this.players].map(({ id }) => id));
    let id = 0;
    while (taken.has(id)) id++;
    const player = { id, ...this.#somewhere(), score: 0, keys: 0, seen: this.tick };
    this.players.add(player);
    return player;
  }

  step(): void {
    this.tick++;
    for (const player of this.players) {
      const across = ((player.keys >> 1) & 1) - (player.keys & 1);
      const down = ((player.keys >> 3) & 1) - ((player.keys >> 2) & 1);
      player.x = Math.min(Math.max(player.x + across * SPEED, 0), WIDTH);
      player.y = Math.min(Math.max(player.y + down * SPEED, 0), HEIGHT);
      if (Math.hypot(player.x - this.#star.x, player.y - this.#star.y) > REACH) continue;
      player.score++;
      this.#star = this.#somewhere();
    }
  }

  /** Memory of its own: it may still wait to be sent when the next is made. */
  encode(): Buffer {
    const state = Buffer.alloc(8 + 7 * this.players.size);
    state.writeUInt32BE(this.tick, 0);
    state.writeUInt16BE(this.#star.x, 4);
    state.writeUInt16BE(this.#star.y, 6);
    let at = 8;
    for (const { id, x, y, score } of this.players) {
      at = state.writeUInt8(id, at);
      for (const value of [x, y, score & 0xffff]) at = state.writeUInt16BE(value, at);
    }
    return state;
  }

  #somewhere(): { x: number; y: number } {
    return { x: Math.floor(this.#random() * WIDTH), y: Math.floor(this.#random() * HEIGHT) };
  }
}
