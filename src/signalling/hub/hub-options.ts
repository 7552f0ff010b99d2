import type { ProcessId } from "../entries.ts";
import type { Access } from "../grants.ts";
import type { IceServer, PeerId } from "../protocol.ts";
import type { RingLimits } from "../room/ring.ts";
import { defaultPeerRates, defaultRoomRates, type PeerRates, type Rate, type RoomRates } from "./budgets.ts";

/** What a member is given to find its way through the network. */
export interface IceServers {
  readonly iceServers: readonly IceServer[];
  /** Milliseconds for which credentials are good; undefined: for ever. */
  readonly lifetime?: number | undefined;
}

/** Whom the servers are for. */
export interface IceServersMember {
  readonly peer: PeerId;
  readonly user: string;
  /** See `Identity.host`. */
  readonly host?: string | undefined;
}

/** What peers can make grow, and how far. Durations are milliseconds. */
export interface HubOptions {
  /** How this process is called in the logs of rooms. Default `local`. */
  readonly process?: ProcessId | undefined;
  /** What peers without a grant may do. Default `open`. */
  readonly access?: Access | undefined;
  /** Peers connected at a time; one more is closed with 1013. Default 100,000. */
  readonly maxPeers?: number | undefined;
  /** Rooms that this process has open at a time. Default 10,000. */
  readonly maxRooms?: number | undefined;
  /** Of a room for which nothing else was configured. Default 16: in a mesh each member sends its media to each other. */
  readonly maxPeersPerRoom?: number | undefined;
  /** What one peer may send. */
  readonly peerRates?: Partial<PeerRates> | undefined;
  /** What one room may carry. */
  readonly roomRates?: Partial<RoomRates> | undefined;
  /** How long a peer may be in no room and say nothing before it is closed with 4408. Default two minutes. */
  readonly idleTimeout?: number | undefined;
  /** How long a lost connection keeps its place in the room. Default 30 seconds. */
  readonly resumeWithin?: number | undefined;
  /** What is kept of each room for those who come back. Default 512 notices and 262,144 octets of them as JSON. */
  readonly ring?: RingLimits | undefined;
  /** Whether candidates may tell addresses of private networks. Default `pass`. */
  readonly privateAddresses?: "pass" | "strip" | undefined;
  /** What each member is given when it enters; by default nothing. */
  readonly iceServers?: ((member: IceServersMember) => IceServers) | undefined;
}

/** The options with nothing left open. */
export type HubSettings = {
  readonly [Name in Exclude<keyof HubOptions, "peerRates" | "roomRates">]-?: Exclude<
    HubOptions[Name],
    undefined
  >;
} & { readonly peerRates: PeerRates; readonly roomRates: RoomRates };

const none: IceServers = { iceServers: [] };

/** @throws {RangeError} when a number is not positive */
export function hubSettings(options: HubOptions): HubSettings {
  const settings: HubSettings = {
    process: options.process ?? "local",
    access: options.access ?? "open",
    maxPeers: options.maxPeers ?? 100_000,
    maxRooms: options.maxRooms ?? 10_000,
    maxPeersPerRoom: options.maxPeersPerRoom ?? 16,
    peerRates: { ...defaultPeerRates, ...options.peerRates },
    roomRates: { ...defaultRoomRates, ...options.roomRates },
    idleTimeout: options.idleTimeout ?? 120_000,
    resumeWithin: options.resumeWithin ?? 30_000,
    ring: options.ring ?? { notices: 512, size: 262_144 },
    privateAddresses: options.privateAddresses ?? "pass",
    iceServers: options.iceServers ?? (() => none),
  };
  checkPositive(settings);
  checkPositive(settings.ring, "ring");
  // One after the other: rates of peers and of rooms have names in common.
  for (const whose of ["peerRates", "roomRates"] as const)
    for (const [name, rate] of Object.entries<Rate>({ ...settings[whose] }))
      checkPositive(rate, `${whose}.${name}`);
  return settings;
}

function checkPositive(values: object, within?: string): void {
  for (const [name, value] of Object.entries(values))
    if (typeof value === "number" && !(value > 0))
      throw new RangeError(`${within === undefined ? "" : `${within}.`}${name} must be positive`);
}
