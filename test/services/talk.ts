/** What people in a house say to each other, by way of the server and past it. */
import { expect } from "vitest";
import wrtc from "wrtc";
import { Mesh, type RtcConstructor } from "../../src/signalling/client/index.ts";
import type { Person } from "./house.ts";

/** So many texts of somebody, told apart by their numbers. */
export function numbered(name: string, from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${from + i}`);
}

/** Says all of it, each once the server has the one before or at once, and waits until the server has all. */
export async function say(person: Person, texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => person.session.send(text)));
}

/** Each who is in the room hears such words from the other over a channel of a `wrtc` connection. */
export async function expectCall(people: readonly Person[], words: string): Promise<void> {
  const meshes = people.map(
    ({ session }) =>
      new Mesh({
        session,
        RTCPeerConnection: wrtc.RTCPeerConnection as unknown as RtcConstructor,
        channels: [{ label: "data" }],
      }),
  );
  const received = meshes.map(
    (mesh) =>
      new Promise<string>((resolve) => {
        mesh.addEventListener("channel", ({ channel }) => {
          channel.addEventListener("open", () => channel.send(words));
          channel.addEventListener("message", ({ data }) => resolve(String(data)));
        });
      }),
  );
  expect(await Promise.all(received)).toEqual(people.map(() => words));
  for (const mesh of meshes) mesh.close();
}
