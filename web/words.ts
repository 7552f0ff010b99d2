/** Every state and every failure in words, in one place. A sentence says what happened and what to do. */
import type { LeaveReason, Member, PeerStats, SignallingErrorCode } from "../src/signalling/client/index.ts";
import { AuthFailure } from "./auth-api.ts";
import type { Device, DeviceState } from "./local-media.ts";
import { MediaFailure } from "./local-media.ts";
import { parsePresence } from "./presence.ts";

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

/** Of somebody whose connection with the server is lost, while that with us may go on. */
export const RECONNECTING = "Reconnecting to the room";

/** How a connection does: "Direct, 12 ms there and back"; undefined while there is no path. */
export function pathWords({ local, relayed, roundTripTime, packetsLost }: PeerStats): string | undefined {
  if (local === undefined) return undefined;
  const path = relayed ? "Through a relay" : "Direct";
  const time =
    roundTripTime === undefined ? "" : `, ${Math.max(1, Math.round(roundTripTime))} ms there and back`;
  const loss = packetsLost > 0 ? `, ${packetsLost} ${packetsLost === 1 ? "packet" : "packets"} lost` : "";
  return path + time + loss;
}

/** What has changed about somebody, for those who cannot see it; empty when nothing is worth a word. */
export function newsOf(before: Member, after: Member): string {
  const { name } = after;
  const [was, is] = [parsePresence(before.presence), parsePresence(after.presence)];
  if (!before.reconnecting && after.reconnecting)
    return `${name} lost the connection to the room and may come back`;
  if (before.reconnecting && !after.reconnecting) return `${name} is back`;
  if (before.role !== after.role) return after.role === "host" ? `${name} is a host now` : "";
  if (was.hand !== is.hand) return is.hand ? `${name} raised a hand` : `${name} lowered the hand`;
  if (was.screen !== is.screen)
    return is.screen ? `${name} shares a screen` : `${name} shares no screen any more`;
  return "";
}

/** Why somebody is not in the room any more. */
export function departed(name: string, reason: LeaveReason): string {
  if (reason === "kicked") return removed(name);
  return reason === "banned" ? banned(name) : `${name} left`;
}

export function removed(name: string): string {
  return `${name} was removed`;
}

export function banned(name: string): string {
  return `${name} was banned`;
}

/** @param name who did it; undefined: somebody who is not here */
export function lockedBy(name: string | undefined, locked: boolean): string {
  const what = locked ? "locked" : "unlocked";
  return name === undefined ? `The room is ${what}` : `${name} ${what} the room`;
}

/** What my own tile says of me. */
export function deviceWords(microphone: DeviceState, camera: DeviceState): string {
  return `Mic ${microphone} · camera ${camera}`;
}

export const DEVICE_VERBS: Record<Device, Record<DeviceState, string>> = {
  microphone: { off: "Start mic", on: "Mute", muted: "Unmute" },
  camera: { off: "Start camera", on: "Stop camera", muted: "Start camera" },
};

export const LOGIN_ENDED = "Your login has ended. Log in again to carry on.";
const COPIED =
  "This login was ended, because somebody may have a copy of it: it was used in two places. Log in again, and change your password.";
const ANOTHER_ACCOUNT =
  "Another account is logged in now in this browser. Load the page again to use it, or log in here.";

/** By the server's code for a refusal to renew the login. */
const ENDED_BY_CODE: Readonly<Record<string, string>> = {
  "refresh/reused": COPIED,
  "refresh/expired": "You have not been here for long, so your login has ended. Log in again to carry on.",
  "auth/other-account": ANOTHER_ACCOUNT,
};

/** By what the server says when it closes a socket because its login is over. */
const ENDED_BY_REASON: Readonly<Record<string, string>> = {
  "the refresh token was used twice": COPIED,
  "the password was changed": "Your password was changed elsewhere. Log in again with the new one.",
  "logged out from elsewhere": "You were logged out from elsewhere. Log in again to carry on.",
  "too many logins":
    "You have logged in in so many places that this login has ended. Log in again to carry on.",
};

/** Why a login is over that its owner did not end here. */
export function endedSentence(code: string | undefined, reason = ""): string {
  return ENDED_BY_CODE[code ?? ""] ?? ENDED_BY_REASON[reason] ?? LOGIN_ENDED;
}

/** Another login of the account was ended; `device` in words. */
export function copiedSentence(device: string): string {
  return `A copied login of yours was used; that session was ended: ${device}. Change your password.`;
}

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
  if (sentence) return sentence + retryWords(error);
  if (error.status >= 500) return "The server has a fault of its own. Try again in a moment.";
  return error.detail ?? `The server refused with status ${error.status}.`;
}

const AUTH_SENTENCES: Readonly<Record<number, string>> = {
  0: "The server does not answer. Check that it runs and that you are online, then try again.",
  401: "Name or password is wrong.",
  429: "Too many attempts.",
  503: "The server is busy.",
};

function retryWords({ status, retryAfter }: AuthFailure): string {
  if (status !== 429 && status !== 503) return "";
  if (retryAfter === undefined || retryAfter === 0) return " Try again in a moment.";
  const [count, unit] = retryAfter <= 120 ? [retryAfter, "second"] : [Math.ceil(retryAfter / 60), "minute"];
  return ` Try again in ${count} ${unit}${count === 1 ? "" : "s"}.`;
}

/** Why a password could not be changed, and which of the two fields that is about, if one. */
export function passwordSentence(error: unknown): {
  readonly about: "current" | "new" | undefined;
  readonly sentence: string;
} {
  const code = error instanceof AuthFailure ? error.code : undefined;
  if (code === "auth/bad-credentials")
    return { about: "current", sentence: "That is not your present password." };
  return { about: code === "account/weak-password" ? "new" : undefined, sentence: authSentence(error) };
}

/** After a change of password. */
export const PASSWORD_CHANGED = "Your password is changed. All your other logins were ended.";

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

/** Why a screen is not shared. */
export function screenSentence(error: unknown): string {
  const refused = error instanceof DOMException && error.name === "InvalidStateError";
  return `Your screen is not shared${refused ? ": bring this page to the front" : ""}. Try again.`;
}

/** Why the session could not do what it was asked, or why a room was left; `code` is that of its SignallingError. */
export function refusalSentence(code: SignallingErrorCode, room: string): string {
  switch (code) {
    case "room-full":
      return `Room ${room} is full. Try again when somebody has left, or choose another room.`;
    case "room-locked":
      return `Room ${room} is locked. Ask somebody in it to unlock it, then try again.`;
    case "banned":
      return `You were banned from room ${room}. Choose another room.`;
    case "kicked":
      return `A host removed you from room ${room}.`;
    case "expired":
      return `Your permission to be in room ${room} has ended. Ask for a new one.`;
    case "closed":
      return `Room ${room} was closed.`;
    case "forbidden":
      return `You have no permission for that in room ${room}.`;
    case "unreachable":
      return "That person cannot be reached now. Try again in a moment.";
    case "unavailable":
      return `Room ${room} cannot be opened now. Try again in a moment.`;
    case "lost":
      return "The connection was lost at that moment, so nobody knows whether it arrived.";
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
    case "token/invalid":
    case "token/expired":
    case "token/revoked":
    case "ticket/invalid":
    case "auth/insufficient-scope":
    case "auth/other-account":
      return LOGIN_ENDED;
    case "timeout":
    case "busy":
      return "The server did not answer in time. Try again in a moment.";
    default:
      return `The server refused (${code}). Try again.`;
  }
}
