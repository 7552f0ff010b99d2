/**
 * The call in a room: a tile and a line in the list for everyone there, and the mesh that feeds them.
 *
 *     session ── who is here ──▶ tiles, people        media ── my tracks ──▶ mesh ──▶ everyone
 *     mesh ── streams, states ──▶ tiles, people
 */
import { type Member, Mesh, type PeerId, type SignallingSession } from "../src/signalling/client/index.ts";
import { offerSound, showDevices, withdrawSound } from "./controls.ts";
import { DEVICES_CHANNEL, followDevices, tellDevices } from "./devices-channel.ts";
import { LocalMedia } from "./local-media.ts";
import { announce, showNotice } from "./notices.ts";
import { addPerson, removePerson, showOnlyMe, showPersonState } from "./people.ts";
import { addTile, removeTile } from "./stage.ts";
import { Tile } from "./tile.ts";
import { deviceWords, LOST_DEVICE } from "./words.ts";

export class Call {
  readonly media: LocalMedia;
  readonly #name: string;
  readonly #mesh: Mesh | undefined;
  readonly #tiles = new Map<PeerId, Tile>();
  readonly #mine: Tile;

  constructor(session: SignallingSession, name: string) {
    this.#name = name;
    this.media = new LocalMedia({
      trackStarted: (track) => this.#mesh?.addTrack(track, this.media.stream),
      trackEnded: (track) => this.#mesh?.removeTrack(track),
      changed: () => this.#showMine(),
      lost: (device) => showNotice("devices", LOST_DEVICE[device]),
    });
    this.#mine = new Tile(name, `${name} (you)`);
    this.#mine.video.id = "local-video";
    this.#mine.video.muted = true;
    addTile(this.#mine);
    showOnlyMe(name);
    this.#showMine();
    // Before the mesh listens: a peer has its tile when the first news of its connection comes.
    this.#followRoom(session);
    if ("RTCPeerConnection" in globalThis) this.#mesh = this.#openMesh(session);
  }

  /** False when this browser cannot call: chat remains. */
  get possible(): boolean {
    return this.#mesh !== undefined;
  }

  /** Hangs up and gives camera and microphone back. */
  end(): void {
    this.media.stop();
    this.#mesh?.close();
    this.#removeOthers();
    removeTile(this.#mine);
  }

  #followRoom(session: SignallingSession): void {
    session.addEventListener("joined", ({ peers }) => {
      this.#removeOthers();
      for (const member of peers) this.#add(member);
    });
    session.addEventListener("left", () => {
      this.media.stop();
      this.#removeOthers();
    });
    session.addEventListener("peer-joined", (member) => {
      this.#add(member);
      announce(`${member.name} came in`);
    });
    session.addEventListener("peer-left", ({ peer, name }) => {
      this.#remove(peer);
      announce(`${name} left`);
    });
  }

  #openMesh(session: SignallingSession): Mesh {
    const mesh = new Mesh({ session, channels: [DEVICES_CHANNEL] });
    mesh.addEventListener("state", ({ peer, connectionState, iceConnectionState }) => {
      this.#tiles.get(peer.id)?.showStates(connectionState, iceConnectionState);
      showPersonState(peer.id, connectionState);
    });
    mesh.addEventListener("stream", ({ peer, stream }) => {
      this.#tiles.get(peer.id)?.play(stream).catch(offerSoundIfRefused);
    });
    mesh.addEventListener("stream-removed", ({ peer }) => this.#tiles.get(peer.id)?.clear());
    followDevices(mesh, this.media, (peer, { microphone, camera }) => {
      this.#tiles.get(peer)?.showOff({ microphone: microphone !== "on", camera: camera !== "on" });
    });
    return mesh;
  }

  #add({ peer, name }: Member): void {
    const tile = new Tile(name, name);
    tile.video.dataset.peer = peer;
    this.#tiles.set(peer, tile);
    addTile(tile);
    addPerson(peer, name);
    if (!this.possible) return;
    tile.showStates("new", "new");
    showPersonState(peer, "new");
  }

  #remove(peer: PeerId): void {
    const tile = this.#tiles.get(peer);
    this.#tiles.delete(peer);
    if (tile) removeTile(tile);
    removePerson(peer);
  }

  #removeOthers(): void {
    for (const peer of [...this.#tiles.keys()]) this.#remove(peer);
    showOnlyMe(this.#name);
    withdrawSound();
  }

  #showMine(): void {
    const { media } = this;
    this.#mine.say(deviceWords(media.microphone, media.camera));
    this.#mine.showOff({ microphone: media.microphone !== "on", camera: media.camera !== "on" });
    // Muted, it may always play; it is interrupted when the next track comes.
    if (media.camera === "on") this.#mine.play(media.stream).catch(() => {});
    else this.#mine.clear();
    showDevices(media);
    if (this.#mesh) tellDevices(this.#mesh, media);
  }
}

/** Other rejections mean that a newer stream, or none, took its place. */
function offerSoundIfRefused(error: unknown): void {
  if (error instanceof DOMException && error.name === "NotAllowedError") offerSound();
}
