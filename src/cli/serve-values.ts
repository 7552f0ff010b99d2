/**
 * The values of `barewire serve`'s options, read from text. Each throws a {@link CommandError} with exit code 2 that names
 * `source`, the flag or the variable that the text came from.
 */
import { AddressRanges } from "../addresses.ts";
import { IceUrlError, parseIceUrl, stunUrl } from "../signalling/index.ts";
import { CommandError, ExitCode } from "./exit-code.ts";

/** A whole number within bounds. */
export function parseInteger(text: string, source: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(`${source} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}

/** A text that is not empty. */
export function parseText(text: string, source: string): string {
  if (text !== "" && !text.includes("\0")) return text;
  throw usage(`${source} must not be empty`);
}

/** Origins (RFC 6454 §6.2), with commas between. */
export function parseOrigins(text: string, source: string): readonly string[] {
  const origins = parseList(text);
  for (const origin of origins) {
    const url = URL.parse(origin);
    if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== origin) {
      throw usage(`${source} must hold origins such as https://chat.example, not ${JSON.stringify(origin)}`);
    }
  }
  return origins;
}

/** Networks are checked here, so that the message names the option. */
export function parseProxies(text: string, source: string): readonly string[] {
  const addresses = parseList(text);
  try {
    new AddressRanges(addresses);
    return addresses;
  } catch {
    throw usage(`${source} must hold addresses or networks such as 10.0.0.0/8, not ${JSON.stringify(text)}`);
  }
}

/** Texts with commas between. */
export function parseList(text: string): readonly string[] {
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

/** One of a few words. */
export function parseChoice<Choice extends string>(
  text: string,
  source: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((name) => name === text);
  if (choice !== undefined) return choice;
  throw usage(`${source} must be one of ${choices.join(", ")}, not ${JSON.stringify(text)}`);
}

/** What is wrong with the command line, and where to read on. */
export function usage(message: string): CommandError {
  return new CommandError(ExitCode.Usage, `${message} (barewire serve --help lists the options)`);
}

/** Usernames as accounts can have them. */
export function parseUsernames(text: string, source: string): readonly string[] {
  const names = parseList(text);
  for (const name of names) {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]{2,31}$/.test(name)) {
      throw usage(`${source} must hold usernames, not ${JSON.stringify(name)}`);
    }
  }
  return names;
}

/** The URL of a Redis, or nothing. It is not repeated in a message, for it may hold a password. */
export function parseRedis(text: string, source: string): string {
  if (text === "") return text;
  const url = URL.parse(text);
  if (url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== "") return text;
  throw usage(`${source} must be a URL such as redis://localhost:6379`);
}

/** A port, `auto` or `off`. */
export function parseStunPort(text: string, source: string): number | "auto" | "off" {
  if (text === "auto" || text === "off") return text;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw usage(`${source} must be a port from 0 to 65535, auto or off, not ${JSON.stringify(text)}`);
}

/** A name or an address that can stand in a `stun:` URL, or nothing. */
export function parseStunHost(text: string, source: string): string {
  try {
    if (text !== "") stunUrl(text, 3478);
    return text;
  } catch (error) {
    if (!(error instanceof IceUrlError)) throw error;
    throw usage(`${source} must be a name or an address, not ${JSON.stringify(text)}`);
  }
}

/** URLs of TURN servers (RFC 7065), with commas between. */
export function parseTurnUrls(text: string, source: string): readonly string[] {
  const urls = parseList(text);
  for (const url of urls) {
    try {
      if (parseIceUrl(url).scheme.startsWith("turn")) continue;
    } catch (error) {
      if (!(error instanceof IceUrlError)) throw error;
    }
    throw usage(`${source} must hold URLs such as turn:relay.example:3478, not ${JSON.stringify(url)}`);
  }
  return urls;
}
