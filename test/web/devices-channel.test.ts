import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mesh } from "../../src/signalling/client/index.ts";
import { DEVICES_CHANNEL, type DeviceReport, followDevices, tellDevices } from "../../web/devices-channel.ts";
import type { LocalMedia } from "../../web/local-media.ts";

type Listener = (event: { data?: unknown }) => void;

/** One channel of a mesh that has one peer. */
class FakeChannel {
  readonly label: string;
  readyState = "connecting";
  readonly sent: string[] = [];
  readonly #listeners = new Map<string, Listener>();

  constructor(label: string) {
    this.label = label;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  emit(type: string, data?: unknown): void {
    this.#listeners.get(type)?.({ data });
  }
}

function follow(label: string = DEVICES_CHANNEL.label): {
  channel: FakeChannel;
  mesh: Mesh;
  heard: DeviceReport[];
} {
  const channel = new FakeChannel(label);
  const peer = { id: "p1", channels: new Map([[label, channel]]) };
  let opened: ((event: unknown) => void) | undefined;
  const mesh = {
    peers: new Map([[peer.id, peer]]),
    addEventListener: (_: string, listener: (event: unknown) => void) => {
      opened = listener;
    },
  } as unknown as Mesh;
  const heard: DeviceReport[] = [];
  followDevices(mesh, media, (from, report) => {
    expect(from).toBe("p1");
    heard.push(report);
  });
  opened?.({ peer, channel });
  return { channel, mesh, heard };
}

const media = { microphone: "muted", camera: "on" } as LocalMedia;
const ours = '{"microphone":"muted","camera":"on"}';

describe("the devices channel", () => {
  it("tells a peer of our devices when it opens", () => {
    const { channel } = follow();
    expect(channel.sent).toEqual([]);
    channel.emit("open");
    expect(channel.sent).toEqual([ours]);
  });

  it("tells of a change only where it is open", () => {
    const { channel, mesh } = follow();
    tellDevices(mesh, media);
    expect(channel.sent).toEqual([]);
    channel.readyState = "open";
    tellDevices(mesh, media);
    expect(channel.sent).toEqual([ours]);
  });

  it("hears what a peer tells", () => {
    const { channel, heard } = follow();
    channel.emit("message", '{"microphone":"off","camera":"on","later":"more"}');
    expect(heard).toEqual([{ microphone: "off", camera: "on" }]);
  });

  it.each([
    ["binary", new ArrayBuffer(4)],
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["a state that is none", '{"microphone":"loud","camera":"on"}'],
    ["markup", '{"microphone":"<b>","camera":"on"}'],
    ["one device alone", '{"camera":"on"}'],
    ["a long report", JSON.stringify({ microphone: "on", camera: "on", padding: "x".repeat(200) })],
  ])("ignores %s", (_, data) => {
    const { channel, heard } = follow();
    channel.emit("message", data);
    expect(heard).toEqual([]);
  });

  it("hears nothing but states, whatever a peer sends", () => {
    const { channel, heard } = follow();
    const anything = fc.oneof(fc.string(), fc.json(), fc.record({ microphone: fc.anything() }));
    fc.assert(fc.property(anything, (data) => channel.emit("message", data)));
    for (const { microphone, camera } of heard) {
      for (const state of [microphone, camera]) expect(["off", "on", "muted"]).toContain(state);
    }
  });

  it("leaves the channels of others alone", () => {
    const { channel, heard } = follow("files");
    channel.emit("message", '{"microphone":"off","camera":"on"}');
    channel.emit("open");
    expect([heard, channel.sent]).toEqual([[], []]);
  });
});
