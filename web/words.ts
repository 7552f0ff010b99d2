/** Every state and every failure in words, in one place. A sentence says what happened and what to do. */
import type { SignallingErrorCode } from "../src/signalling/client/index.ts";
import { AuthFailure } from "./auth-api.ts";
import type { Device, DeviceState } from "./local-media.ts";
import { MediaFailure } from "./local-media.ts";

export const CONNECTION_WORDS: Record<RTCPeerConnectionState, string> = {
  new: "Waiting",
  connecting: "Connecting",
  connected: "Connected",
  disconnected: "Unsteady, trying to hold on",
  failed: "No path found, trying again",
  closed: "Closed",
};

export const ICE_WORDS: Record<RTCIceConnectionState, string> = {
  new: "ICE not started",
  checking: "ICE checking paths",
  connected: "ICE path found",
  completed: "ICE best path chosen",
  disconnected: "ICE path lost",
  failed: "ICE found no path",
  closed: "ICE closed",
};

/** What my own tile says of me. */
export function deviceWords(microphone: DeviceState, camera: DeviceState): string {
  return `Mic ${microphone} · camera ${camera}`;
}

export const DEVICE_VERBS: Record<Device, Record<DeviceState, string>> = {
  microphone: { off: "Start mic", on: "Mute", muted: "Unmute" },
  camera: { off: "Start camera", on: "Stop camera", muted: "Start camera" },
};

export const LOGIN_ENDED = "Your login has ended. Log in again to carry on.";
export const SHUT_OUT =
  "The server closed the connection, because this page asked too much of it. Log in again.";
export const NO_WEBRTC = "This browser has no WebRTC. You can chat here, but not see or hear the others.";
export const COOKIE_LOST =
  "The server let you in, but this browser did not keep the login. Open the page over HTTPS, or at http://localhost on the machine it runs on, and allow cookies.";
export const LOST_DEVICE: Record<Device, string> = {
  microphone: "The microphone went away. Plug it in again and start it.",
  camera: "The camera went away. Plug it in again and start it.",
};

/** Why registering or logging in did not work. */
export function authSentence(error: unknown): string {
  if (!(error instanceof AuthFailure)) return "Something went wrong in this page. Load it again.";
  if (error.code === "account/taken" || error.status === 409)
    return "That name is taken. Choose another one.";
  const sentence = AUTH_SENTENCES[error.status];
  if (sentence) return sentence;
  if (error.status >= 500) return "The server has a fault of its own. Try again in a moment.";
  return error.detail ?? `The server refused with status ${error.status}.`;
}

const AUTH_SENTENCES: Readonly<Record<number, string>> = {
  0: "The server does not answer. Check that it runs and that you are online, then try again.",
  401: "Name or password is wrong.",
  429: "Too many attempts. Wait a minute, then try again.",
  503: "The server is busy. Try again in a moment.",
};

/** Why a camera or microphone did not start. */
export function mediaSentence(error: unknown): string {
  if (!(error instanceof MediaFailure)) return "The camera or microphone did not start. Try again.";
  const device = error.device === "both" ? "camera or microphone" : error.device;
  const they = error.device === "both" ? "them" : "it";
  switch (error.reason) {
    case "NotAllowedError":
      return `This page may not use your ${device}. Allow ${they} beside the address bar, then try again. You can chat and watch without.`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `No ${device} found. Plug ${they} in and try again, or stay and chat.`;
    case "NotReadableError":
    case "AbortError":
      return `Your ${device} cannot be opened: another program may be using ${they}. Close it there and try again.`;
    case "InsecureContext":
    case "SecurityError":
      return `The browser only gives the ${device} to pages over HTTPS or from http://localhost.`;
    default:
      return `Your ${device} did not start (${error.reason}). Try again.`;
  }
}

/** Why the session could not do what it was asked; `code` is that of its SignallingError. */
export function refusalSentence(code: SignallingErrorCode, room: string): string {
  switch (code) {
    case "room-full":
      return `Room ${room} is full. Try again when somebody has left, or choose another room.`;
    case "forbidden":
      return `You may not enter room ${room}.`;
    case "malformed":
    case "unknown-type":
      return "The server did not understand that. Load the page again: it may be older than the server.";
    case "unknown-peer":
      return "That person is not here any more.";
    case "left":
      return "You had left the room by then.";
    case "ended":
      return "The connection is over. Load the page again.";
    case "rate-limited":
      return "That was too fast. Wait a few seconds and try again.";
    case "already-in-room":
    case "too-many-rooms":
      return "You are in another room already. Leave it first.";
    case "not-in-room":
      return "You are not in the room any more. Join it again.";
    case "offline":
      return "There is no connection to the server now; the page keeps trying.";
    case "timeout":
    case "busy":
      return "The server did not answer in time. Try again in a moment.";
    default:
      return `The server refused (${code}). Try again.`;
  }
}
