/** What only a mutant has against a request: each row refuses what RFC 6455 §4.2.1 and RFC 9110 allow. */
import type { Head } from "../wire/head.ts";
import { readExtensionList } from "./extension-list.ts";
import type { Broken, Fault } from "./faults.ts";
import type { Refusal } from "./refusal.ts";

interface Prejudice {
  /** The mutant that has it. */
  readonly only: Fault;
  readonly against: (request: Head) => boolean;
  /** Default: 400. */
  readonly refusal?: Refusal;
}

/** Fields that every client sends. */
const usual: readonly string[] = ["host", "upgrade", "connection", "origin"];
/** Nothing is said. */
const drop: Refusal = { status: undefined };

const target = ({ startLine }: Head): string => startLine.split(" ")[1] ?? "";
const offers = (request: Head): string => request.value("Sec-WebSocket-Extensions") ?? "";

const prejudices: readonly Prejudice[] = [
  {
    only: "knows-no-version-but-1.1",
    against: ({ startLine }) => !startLine.endsWith(" HTTP/1.1"),
    refusal: drop,
  },
  { only: "wants-host-first", against: ({ fields }) => fields[0]?.[0].toLowerCase() !== "host" },
  {
    only: "refuses-octets-beyond-ascii",
    against: ({ fields }) => fields.some(([, value]) => /[^\x20-\x7e\t]/.test(value)),
  },
  { only: "drops-expectations", against: (request) => request.value("Expect") !== undefined, refusal: drop },
  { only: "refuses-any-content-length", against: (request) => request.value("Content-Length") !== undefined },
  { only: "refuses-absolute-uris", against: (request) => /^https?:/i.test(target(request)) },
  {
    only: "fails-at-odd-targets",
    against: (request) => /[%$!]/.test(target(request)),
    refusal: { status: 500 },
  },
  {
    only: "refuses-unknown-fields",
    against: ({ fields }) =>
      fields.some(([name]) => !usual.includes(name.toLowerCase()) && !/^sec-websocket-[kvpe]/i.test(name)),
  },
  { only: "refuses-more-than-32-fields", against: ({ fields }) => fields.length > 32 },
  {
    only: "obeys-close-before-upgrade",
    against: (request) => request.hasToken("Connection", "close"),
  },
  { only: "refuses-subprotocols", against: (request) => request.all("Sec-WebSocket-Protocol").length > 0 },
  {
    only: "drops-repeated-subprotocols",
    against: (request) => {
      const names = request.list("Sec-WebSocket-Protocol");
      return new Set(names).size < names.length;
    },
    refusal: drop,
  },
  {
    only: "refuses-other-origins-with-400",
    against: (request) =>
      request.all("Origin").some((origin) => origin !== `http://${request.value("Host")}`),
  },
  {
    only: "drops-requests-with-an-origin",
    against: (request) => request.all("Origin").length > 0,
    refusal: drop,
  },
  {
    only: "refuses-unknown-extensions",
    against: (request) =>
      (readExtensionList(offers(request)) ?? []).some(({ name }) => name !== "permessage-deflate"),
  },
  { only: "knows-no-quoted-values", against: (request) => offers(request).includes('"') },
  { only: "knows-no-parameters", against: (request) => offers(request).includes(";") },
  {
    only: "knows-no-tabs-in-lists",
    against: ({ fields }) => fields.some(([, value]) => value.includes("\t")),
  },
  { only: "knows-no-space-around-equals-signs", against: (request) => / =|= /.test(offers(request)) },
  {
    only: "wants-a-space-behind-commas",
    against: ({ fields }) => fields.some(([, value]) => /,\S/.test(value)),
  },
  {
    only: "refuses-lists-on-several-lines",
    against: (request) =>
      ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"].some((name) => request.all(name).length > 1),
  },
  {
    only: "refuses-more-than-16-extensions",
    against: (request) => request.list("Sec-WebSocket-Extensions").length > 16,
  },
];

/** What a mutant refuses this request with, which may stand. */
export function prejudiceAgainst(request: Head, broken: Broken): Refusal | undefined {
  const prejudice = prejudices.find(({ only, against }) => broken(only) && against(request));
  return prejudice && (prejudice.refusal ?? { status: 400 });
}
