/** The row of buttons under the stage: camera, microphone, screen, hand, sound, leave. */
import { byId, setIcon, within } from "./dom.ts";
import type { Device, DeviceState, LocalMedia } from "./local-media.ts";
import { announce, clearNotice, showNotice } from "./notices.ts";
import { ScreenShare } from "./screen-share.ts";
import { DEVICE_VERBS, mediaSentence, NO_WEBRTC, screenSentence } from "./words.ts";

const startMedia = byId("start-media", HTMLButtonElement);
const toggles: Record<Device, HTMLButtonElement> = {
  microphone: byId("toggle-mic", HTMLButtonElement),
  camera: byId("toggle-camera", HTMLButtonElement),
};
const icons: Record<Device, string> = { microphone: "mic", camera: "camera" };
const shareScreen = byId("share-screen", HTMLButtonElement);
const raiseHand = byId("raise-hand", HTMLButtonElement);
const turnOnSound = byId("turn-on-sound", HTMLButtonElement);

/** What the buttons act on: the call there is. */
export interface Controlled {
  readonly media: LocalMedia;
  readonly screen: ScreenShare;
  toggleHand(): void;
}

/** @param call gives the one there is now */
export function setUpControls(call: () => Controlled | undefined, leave: () => void): void {
  const media = (): LocalMedia | undefined => call()?.media;
  startMedia.addEventListener("click", () => attempt(() => media()?.start()));
  for (const device of ["microphone", "camera"] as const) {
    toggles[device].addEventListener("click", async () => {
      await attempt(() => media()?.toggle(device));
      announce(`${device === "camera" ? "Camera" : "Microphone"} ${media()?.[device] ?? "off"}`);
    });
  }
  shareScreen.hidden = !ScreenShare.possible;
  shareScreen.addEventListener("click", async () => {
    try {
      await call()?.screen.toggle();
      clearNotice("screen");
    } catch (error) {
      showNotice("screen", screenSentence(error));
    }
  });
  raiseHand.addEventListener("click", () => call()?.toggleHand());
  turnOnSound.addEventListener("click", () => {
    turnOnSound.hidden = true;
    for (const video of document.querySelectorAll<HTMLVideoElement>("#tiles video:not([id])")) {
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

/** Shows whether my hand is raised. */
export function showHand(raised: boolean): void {
  raiseHand.dataset.on = String(raised);
  within(raiseHand, ".label", HTMLElement).textContent = raised ? "Lower hand" : "Raise hand";
}

/** Shows whether others see my screen. */
export function showScreen(shared: boolean): void {
  shareScreen.dataset.on = String(shared);
  within(shareScreen, ".label", HTMLElement).textContent = shared ? "Stop sharing" : "Share screen";
  setIcon(shareScreen, shared ? "screen-off" : "screen");
}

/** The browser plays sound only after a click on the page: offer one. */
function offerSound(): void {
  turnOnSound.hidden = false;
}

/** Of what `play` rejects with. Other reasons mean that a newer stream, or none, took its place. */
export function offerSoundIfRefused(error: unknown): void {
  if (error instanceof DOMException && error.name === "NotAllowedError") offerSound();
}

/** There is nothing left to hear. */
export function withdrawSound(): void {
  turnOnSound.hidden = true;
}

/** Takes the call away and leaves the chat. */
export function withoutWebRtc(): void {
  for (const button of [startMedia, toggles.microphone, toggles.camera, shareScreen]) button.disabled = true;
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
