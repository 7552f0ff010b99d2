/** RFC 8866 §5, §9: what stands behind the `=` of each type of line but `a=`. */
import { DIGIT, isMadeOf, isNonWhitespace, isToken, parsePort } from "./characters.ts";
import { isConnectionAddress } from "./connection-address.ts";

/**
 * What is wrong with the value of a line, or undefined when nothing is. Lines of text (`s=`, `i=`, `u=`, `e=`, `p=`,
 * `k=`) may hold anything: nobody who sets up a call reads them.
 */
export function checkFieldValue(type: string, value: string): string | undefined {
  switch (type) {
    case "v":
      return value === "0" ? undefined : "the version is 0";
    case "o":
      return isOrigin(value)
        ? undefined
        : "o= is a username, an id, a version, and a network, type and address";
    case "c":
      return isConnection(value) ? undefined : "c= is a network, a type of address and an address";
    case "b":
      return isBandwidth(value) ? undefined : "b= is a token, a colon and a number";
    case "t":
      return isTiming(value) ? undefined : "t= is two times, each 0 or of ten digits and more";
    case "r":
    case "z":
      return /^[-0-9dhms]+(?: [-0-9dhms]+)*$/.test(value)
        ? undefined
        : "r= and z= are times with a space between";
  }
  return undefined;
}

/** RFC 8866 §5.2. */
function isOrigin(value: string): boolean {
  const fields = value.split(" ");
  const [username = "", id = "", version = "", network = "", addressType = "", address = ""] = fields;
  if (fields.length !== 6 || !isNonWhitespace(username)) return false;
  if (!isMadeOf(DIGIT, id) || !isMadeOf(DIGIT, version)) return false;
  // RFC 8866 §9 allows any text without spaces as an address, and nobody connects to this one.
  return isToken(network) && isToken(addressType) && isNonWhitespace(address);
}

/** RFC 8866 §5.7. */
function isConnection(value: string): boolean {
  const fields = value.split(" ");
  const [network = "", addressType = "", address = ""] = fields;
  if (fields.length !== 3 || !isToken(network) || !isToken(addressType)) return false;
  const isInternet = network === "IN" && (addressType === "IP4" || addressType === "IP6");
  return isInternet ? isConnectionAddress(address) : isNonWhitespace(address);
}

/** RFC 8866 §5.8. */
function isBandwidth(value: string): boolean {
  const colon = value.indexOf(":");
  return isToken(value.slice(0, Math.max(colon, 0))) && isMadeOf(DIGIT, value, colon + 1);
}

/** RFC 8866 §5.9. */
function isTiming(value: string): boolean {
  const times = value.split(" ");
  return times.length === 2 && times.every((time) => time === "0" || isTime(time));
}

/** RFC 8866 §9: `time = POS-DIGIT 9*DIGIT`. */
function isTime(text: string): boolean {
  return text.length >= 10 && !text.startsWith("0") && isMadeOf(DIGIT, text);
}

/** What a line `m=` says, as far as it matters who sends what. */
export interface MediaField {
  /** `audio`, `video`, `application`, …, in small letters. */
  readonly kind: string;
  readonly port: number;
}

/** RFC 8866 §5.14: `media SP port ["/" integer] SP proto 1*(SP fmt)`; undefined when it is none. */
export function parseMediaField(value: string): MediaField | undefined {
  const [kind = "", ports = "", protocol = "", ...formats] = value.split(" ");
  const [first = "", count = "1", ...more] = ports.split("/");
  const port = parsePort(first);
  if (!isToken(kind) || port === undefined || more.length > 0) return undefined;
  if (!isMadeOf(DIGIT, count) || count.startsWith("0")) return undefined;
  if (!protocol.split("/").every(isToken) || formats.length === 0 || !formats.every(isToken))
    return undefined;
  // RFC 8866 has no word on case here, and some readers do not look at it.
  return { kind: kind.toLowerCase(), port };
}
