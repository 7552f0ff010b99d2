/**
 * The call in a room: everyone there, what I send them, and the mesh that carries it.
 *
 *     session ── who is here, how they are ──▶ people       media, screen ── my tracks ──▶ mesh ──▶ everyone
 *     mesh ── streams, states ──▶ people                    hand, devices ── presence ──▶ session ──▶ everyone
 */
import { type Member, Mesh, type PeerId, type SignallingSession } from "../src/signalling/client/index.ts";
import { showDevices, showHand, showScreen, withdrawSound } from "./controls.ts";
import { LocalMedia } from "./local-media.ts";
import { announce, showNotice } from "./notices.ts";
import { showMe, showOnlyMe } from "./people.ts";
import { Person, screenTile } from "./person.ts";
import { followPerson, openPerson } from "./person-panel.ts";
import type { PersonState } from "./presence.ts";
import { PresenceTeller } from "./presence-teller.ts";
import { ScreenShare } from "./screen-share.ts";
import { addTile, removeTile } from "./stage.ts";
import { Tile } from "./tile.ts";
import { departed, deviceWords, LOST_DEVICE } from "./words.ts";

/**
 * Nothing is said over it. It makes the connections while nobody sends anything yet, so that the first picture
 * comes at once.
 */
const CHANNEL = { label: "ready" } as const;

export class Call {
  readonly media: LocalMedia;
  readonly screen: ScreenShare;
  readonly #name: string;
  readonly #session: SignallingSession;
  readonly #mesh: Mesh | undefined;
  readonly #teller: PresenceTeller;
  readonly #people = new Map<PeerId, Person>();
  readonly #mine: Tile;
  #myScreen: Tile | undefined;
  #hand = false;

  constructor(session: SignallingSession, name: string) {
    this.#name = name;
    this.#session = session;
    this.#teller = new PresenceTeller(session);
    this.media = new LocalMedia({
      trackStarted: (track) => this.#mesh?.addTrack(track, this.media.stream),
      trackEnded: (track) => this.#mesh?.removeTrack(track),
      changed: () => this.#showMine(),
      lost: (device) => showNotice("devices", LOST_DEVICE[device]),
    });
    this.screen = new ScreenShare({
      started: (stream) => this.#showMyScreen(stream),
      ended: (stream) => this.#hideMyScreen(stream),
    });
    this.#mine = new Tile(name, `${name} (you)`);
    this.#mine.video.id = "local-video";
    this.#mine.video.muted = true;
    addTile(this.#mine);
    showOnlyMe(name);
    this.#showMine();
    // Before the mesh listens: a person is there when the first news of their connection comes.
    this.#followRoom();
    if ("RTCPeerConnection" in globalThis) this.#mesh = this.#openMesh();
  }

  /** False when this browser cannot call: chat remains. */
  get possible(): boolean {
    return this.#mesh !== undefined;
  }

  /** What all in the room are told of me. */
  get presence(): PersonState {
    const { microphone, camera } = this.media;
    return { hand: this.#hand, microphone, camera, screen: this.screen.stream?.id };
  }

  /** Raises my hand, or takes it down. */
  toggleHand(): void {
    this.#hand = !this.#hand;
    this.#showMine();
  }

  /** Hangs up and gives everything back. */
  end(): void {
    this.#stopMine();
    this.#mesh?.close();
    this.#removeOthers();
    removeTile(this.#mine);
  }

  #followRoom(): void {
    const session = this.#session;
    session.addEventListener("joined", ({ peers }) => {
      this.#removeOthers();
      for (const member of peers) this.#add(member);
      this.#showMine();
    });
    session.addEventListener("left", () => {
      this.#stopMine();
      this.#removeOthers();
    });
    session.addEventListener("peer-joined", (member) => {
      this.#add(member);
      announce(`${member.name} came in`);
    });
    session.addEventListener("peer-left", ({ peer, name, reason }) => {
      this.#remove(peer);
      announce(departed(name, reason));
    });
    session.addEventListener("peer-role", ({ peer, role }) => {
      if (peer === session.self && role === "host") announce("You are the host of this room now");
    });
    for (const news of ["peer-reconnecting", "peer-reconnected", "peer-role", "presence"] as const)
      session.addEventListener(news, ({ peer }) => this.#update(peer));
  }

  #openMesh(): Mesh {
    const mesh = new Mesh({ session: this.#session, channels: [CHANNEL] });
    mesh.addEventListener("state", ({ peer, connectionState, iceConnectionState }) => {
      this.#people.get(peer.id)?.showStates(connectionState, iceConnectionState);
    });
    mesh.addEventListener("stream", ({ peer, stream }) => this.#people.get(peer.id)?.addStream(stream));
    mesh.addEventListener("stream-removed", ({ peer, stream }) =>
      this.#people.get(peer.id)?.removeStream(stream),
    );
    return mesh;
  }

  #add(member: Member): void {
    const { peer } = member;
    const about = { session: this.#session, peer, connection: () => this.#mesh?.peers.get(peer) };
    const person = new Person(member, () => openPerson(about));
    this.#people.set(peer, person);
    if (this.possible) person.showStates("new", "new");
  }

  #update(peer: PeerId): void {
    const member = this.#session.peers.get(peer);
    if (member) this.#people.get(peer)?.update(member);
    if (peer === this.#session.self) this.#showMine();
    followPerson();
  }

  #remove(peer: PeerId): void {
    this.#people.get(peer)?.remove();
    this.#people.delete(peer);
    followPerson();
  }

  #removeOthers(): void {
    for (const peer of [...this.#people.keys()]) this.#remove(peer);
    showOnlyMe(this.#name);
    withdrawSound();
  }

  #stopMine(): void {
    this.#hand = false;
    this.screen.stop();
    this.media.stop();
  }

  #showMyScreen(stream: MediaStream): void {
    this.#myScreen = screenTile(this.#name, "Your screen");
    this.#myScreen.video.id = "local-screen";
    this.#myScreen.video.muted = true;
    this.#myScreen.play(stream).catch(() => {});
    // They are told that it is a screen before it comes.
    this.#showMine();
    for (const track of stream.getTracks()) this.#mesh?.addTrack(track, stream);
  }

  #hideMyScreen(stream: MediaStream): void {
    if (this.#myScreen) removeTile(this.#myScreen);
    this.#myScreen = undefined;
    for (const track of stream.getTracks()) this.#mesh?.removeTrack(track);
    this.#showMine();
  }

  #showMine(): void {
    const { media, presence } = this;
    const host = this.#session.role === "host";
    this.#mine.say(deviceWords(media.microphone, media.camera));
    this.#mine.showPresence(presence);
    this.#mine.showHost(host);
    showMe({ host, hand: this.#hand, away: false });
    // Muted, it may always play; it is interrupted when the next track comes.
    if (media.camera === "on") this.#mine.play(media.stream).catch(() => {});
    else this.#mine.clear();
    showDevices(media);
    showHand(this.#hand);
    showScreen(this.screen.stream !== undefined);
    this.#teller.tell(presence);
  }
}
