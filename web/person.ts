/** Another person in the room: their tile, that of their screen while they share one, and their line in the list. */
import type { Member, PeerId } from "../src/signalling/client/index.ts";
import { offerSoundIfRefused } from "./controls.ts";
import { announce } from "./notices.ts";
import { addPerson, removePerson, showPerson, showPersonState } from "./people.ts";
import { parsePresence } from "./presence.ts";
import { addTile, removeTile } from "./stage.ts";
import { Tile } from "./tile.ts";
import { newsOf } from "./words.ts";

export class Person {
  readonly peer: PeerId;
  #member: Member;
  readonly #tile: Tile;
  #screen: Tile | undefined;
  readonly #streams = new Map<string, MediaStream>();

  /** @param open shows more of them */
  constructor(member: Member, open: () => void) {
    const { peer, name } = member;
    this.peer = peer;
    this.#member = member;
    this.#tile = new Tile(name, name);
    this.#tile.video.dataset.peer = peer;
    this.#tile.offer("more", "More about", open);
    addTile(this.#tile);
    addPerson(peer, name, open);
    this.#show();
  }

  /** What is known of them now; what is news, for those who cannot see it. */
  update(member: Member): void {
    const news = newsOf(this.#member, member);
    this.#member = member;
    this.#show();
    if (news !== "") announce(news);
  }

  showStates(connection: RTCPeerConnectionState, ice: RTCIceConnectionState): void {
    this.#tile.showStates(connection, ice);
    showPersonState(this.peer, connection);
  }

  addStream(stream: MediaStream): void {
    this.#streams.set(stream.id, stream);
    this.#showStreams();
  }

  removeStream({ id }: MediaStream): void {
    this.#streams.delete(id);
    this.#showStreams();
  }

  remove(): void {
    removeTile(this.#tile);
    this.#removeScreen();
    removePerson(this.peer);
  }

  #show(): void {
    const { presence, role, reconnecting = false } = this.#member;
    const state = parsePresence(presence);
    this.#tile.showPresence(state);
    this.#tile.showHost(role === "host");
    this.#tile.showAway(reconnecting);
    showPerson(this.peer, { host: role === "host", hand: state.hand, away: reconnecting });
    this.#showStreams();
  }

  /** The stream and the word that it is a screen come on two ways: in either order. */
  #showStreams(): void {
    const { screen: id = "" } = parsePresence(this.#member.presence);
    const screen = this.#streams.get(id);
    const [own] = [...this.#streams.values()].filter((stream) => stream !== screen);
    if (own) this.#tile.play(own).catch(offerSoundIfRefused);
    else this.#tile.clear();
    if (screen) this.#showScreen(screen);
    else this.#removeScreen();
  }

  #showScreen(stream: MediaStream): void {
    this.#screen ??= screenTile(this.#member.name, `Screen of ${this.#member.name}`);
    this.#screen.video.dataset.screenOf = this.peer;
    this.#screen.play(stream).catch(offerSoundIfRefused);
  }

  #removeScreen(): void {
    if (this.#screen) removeTile(this.#screen);
    this.#screen = undefined;
  }
}

/** A tile for a shared screen, on the stage. */
export function screenTile(user: string, label: string): Tile {
  const tile = new Tile(user, label);
  tile.becomeScreen();
  tile.offer("expand", "Full screen:", () => void tile.element.requestFullscreen?.().catch(() => {}));
  addTile(tile);
  return tile;
}
