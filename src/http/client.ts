/**
 * Which addresses count as one client: what limits "per address" are kept by.
 */

/**
 * A name for whoever has `address`, which is as the kernel writes it. For IPv6 that is the /64: RFC 4291 §2.5.4 gives every network as many
 * addresses as it likes below one. An IPv4 address is itself, in IPv6 clothes too (RFC 4291 §2.5.5.2).
 */
export function clientOf(address: string): string {
  const [plain = ""] = address.toLowerCase().split("%", 1); // without the zone (RFC 4007 §11)
  if (!plain.includes(":")) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  return mapped ?? `${networkOf(plain).join(":")}::/64`;
}

/** The first four of the eight groups. "::" stands for as many groups of zero as are missing. */
function networkOf(address: string): readonly string[] {
  const [before = "", after] = address.split("::");
  const left = groupsOf(before);
  const right = after === undefined ? [] : groupsOf(after);
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4);
}

/** Groups without leading zeros; the dotted end of some addresses is two groups, and never in the first four. */
function groupsOf(text: string): readonly string[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    return group.includes(".") ? ["0", "0"] : [Number.parseInt(group, 16).toString(16)];
  });
}
