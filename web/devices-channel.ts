/**
 * Tells each other member whether my microphone and camera are on, over a data channel of the mesh: a muted
 * track and a silent room sound the same, and nothing else could tell them apart.
 *
 *     {"microphone":"on","camera":"off"}
 */
import type { Mesh, PeerId } from "../src/signalling/client/index.ts";
import type { DeviceState, LocalMedia } from "./local-media.ts";

/** Give this to the mesh; all members must have the same list. */
export const DEVICES_CHANNEL = { label: "devices" } as const;

export interface DeviceReport {
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
}

/** Calls `heard` for every report of a peer, and sends ours whenever a channel opens. */
export function followDevices(
  mesh: Mesh,
  media: LocalMedia,
  heard: (peer: PeerId, report: DeviceReport) => void,
): void {
  mesh.addEventListener("channel", ({ peer, channel }) => {
    if (channel.label !== DEVICES_CHANNEL.label) return;
    channel.addEventListener("open", () => channel.send(report(media)));
    channel.addEventListener("message", ({ data }) => {
      const devices = parseReport(data);
      if (devices) heard(peer.id, devices);
    });
  });
}

/** Tells everyone what my devices do now. */
export function tellDevices(mesh: Mesh, media: LocalMedia): void {
  for (const { channels } of mesh.peers.values()) {
    const channel = channels.get(DEVICES_CHANNEL.label);
    if (channel?.readyState === "open") channel.send(report(media));
  }
}

function report({ microphone, camera }: LocalMedia): string {
  return JSON.stringify({ microphone, camera });
}

/** Undefined for whatever is no report: it comes from another's browser. */
function parseReport(data: unknown): DeviceReport | undefined {
  if (typeof data !== "string" || data.length > 200) return undefined;
  try {
    const { microphone, camera } = (JSON.parse(data) ?? {}) as Record<string, unknown>;
    return isDeviceState(microphone) && isDeviceState(camera) ? { microphone, camera } : undefined;
  } catch {
    return undefined;
  }
}

function isDeviceState(value: unknown): value is DeviceState {
  return value === "off" || value === "on" || value === "muted";
}
