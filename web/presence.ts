/**
 * What each person tells all others in the room of themselves, over the server: a raised hand, what their devices
 * do, and which of their streams is their screen. A muted track and a silent room sound the same, and nothing in a
 * stream says that it is a screen.
 *
 *     {"hand":true,"microphone":"muted","camera":"on","screen":"6fbe7b7c-…"}
 */
import type { Presence } from "../src/signalling/client/index.ts";
import type { DeviceState } from "./local-media.ts";

/** What is undefined is not known: not everybody in a room comes by this page. */
export interface PersonState {
  readonly hand: boolean;
  readonly microphone: DeviceState | undefined;
  readonly camera: DeviceState | undefined;
  /** The id of the stream that shows their screen; undefined while they share none. */
  readonly screen: string | undefined;
}

/** For the server: what is undefined is left out. */
export function presenceOf({ hand, microphone, camera, screen }: PersonState): Presence {
  return { hand, microphone, camera, ...(screen !== undefined && { screen }) };
}

/** Whatever is no state is none: it comes from another's browser. */
export function parsePresence(presence: Presence = {}): PersonState {
  const { hand, microphone, camera, screen } = presence;
  return {
    hand: hand === true,
    microphone: isDeviceState(microphone) ? microphone : undefined,
    camera: isDeviceState(camera) ? camera : undefined,
    screen: typeof screen === "string" ? screen : undefined,
  };
}

function isDeviceState(value: unknown): value is DeviceState {
  return value === "off" || value === "on" || value === "muted";
}
