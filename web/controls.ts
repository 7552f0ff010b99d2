/** The row of buttons under the stage: camera, microphone, sound, leave. */
import { byId, setIcon, within } from "./dom.ts";
import type { Device, DeviceState, LocalMedia } from "./local-media.ts";
import { announce, clearNotice, showNotice } from "./notices.ts";
import { DEVICE_VERBS, mediaSentence, NO_WEBRTC } from "./words.ts";

const startMedia = byId("start-media", HTMLButtonElement);
const toggles: Record<Device, HTMLButtonElement> = {
  microphone: byId("toggle-mic", HTMLButtonElement),
  camera: byId("toggle-camera", HTMLButtonElement),
};
const icons: Record<Device, string> = { microphone: "mic", camera: "camera" };
const turnOnSound = byId("turn-on-sound", HTMLButtonElement);

/** `media` gives the devices of the call there is now. */
export function setUpControls(media: () => LocalMedia | undefined, leave: () => void): void {
  startMedia.addEventListener("click", () => attempt(() => media()?.start()));
  for (const device of ["microphone", "camera"] as const) {
    toggles[device].addEventListener("click", async () => {
      await attempt(() => media()?.toggle(device));
      announce(`${device === "camera" ? "Camera" : "Microphone"} ${media()?.[device] ?? "off"}`);
    });
  }
  turnOnSound.addEventListener("click", () => {
    turnOnSound.hidden = true;
    for (const video of document.querySelectorAll<HTMLVideoElement>("video[data-peer]")) {
      if (video.srcObject) video.play().catch(offerSound);
    }
  });
  byId("leave", HTMLButtonElement).addEventListener("click", leave);
}

/** Shows what my devices do now. */
export function showDevices(media: LocalMedia): void {
  for (const device of ["microphone", "camera"] as const) showDevice(device, media[device]);
  const idle = media.microphone === "off" && media.camera === "off";
  const hadFocus = document.activeElement === startMedia;
  startMedia.hidden = !idle;
  if (hadFocus && !idle) toggles.microphone.focus();
}

/** The browser plays sound only after a click on the page: offer one. */
export function offerSound(): void {
  turnOnSound.hidden = false;
}

/** There is nothing left to hear. */
export function withdrawSound(): void {
  turnOnSound.hidden = true;
}

/** Takes the call away and leaves the chat. */
export function withoutWebRtc(): void {
  for (const button of [startMedia, toggles.microphone, toggles.camera]) button.disabled = true;
  showNotice("browser", NO_WEBRTC);
}

async function attempt(work: () => Promise<void> | undefined): Promise<void> {
  startMedia.setAttribute("aria-busy", "true");
  try {
    await work();
    clearNotice("devices");
  } catch (error) {
    showNotice("devices", mediaSentence(error));
  } finally {
    startMedia.removeAttribute("aria-busy");
  }
}

function showDevice(device: Device, state: DeviceState): void {
  const button = toggles[device];
  button.dataset.on = state === "on" ? "true" : state === "muted" ? "muted" : "false";
  within(button, ".label", HTMLElement).textContent = DEVICE_VERBS[device][state];
  setIcon(button, state === "on" ? icons[device] : `${icons[device]}-off`);
}
