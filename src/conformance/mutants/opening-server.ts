/** The server's side of the opening handshake (RFC 6455 §4.2.2): the response to a request, or a refusal. */
import { createHash } from "node:crypto";
import type { Head } from "../wire/head.ts";
import { acceptFor, type Field } from "../wire/opening.ts";
import { chooseDeflate } from "./deflate-terms.ts";
import { type ListedExtension, readExtensionList } from "./extension-list.ts";
import { type Broken, chosen, type Fault } from "./faults.ts";
import type { Agreement } from "./message-codec.ts";
import { prejudiceAgainst } from "./prejudices.ts";
import type { Refusal } from "./refusal.ts";
import { requestRefusal } from "./request-rules.ts";

/** A request that was accepted. */
export interface Accepted {
  readonly statusLine: string;
  readonly fields: readonly Field[];
  /** Present when permessage-deflate was agreed on. */
  readonly agreement: Agreement | undefined;
}

/** What the server answers to a request. */
export function answerOpening(request: Head, broken: Broken): Accepted | Refusal {
  const refusal = requestRefusal(request, broken) ?? prejudiceAgainst(request, broken);
  if (refusal !== undefined) return refusal;
  const offers = request.value("Sec-WebSocket-Extensions") ?? "";
  const deflate = chooseDeflate(readOffers(offers, broken), broken);
  return {
    statusLine: statusLine(broken),
    fields: [
      ...upgrade(broken),
      ...accept(request.value("Sec-WebSocket-Key") ?? "", broken),
      ...subprotocol(request.list("Sec-WebSocket-Protocol"), broken),
      ...extensions(request, deflate?.element, broken),
      ...(broken("says-a-length-with-101") ? [["Content-Length", "0"] as const] : []),
      ...(broken("says-a-transfer-coding-with-101") ? [["Transfer-Encoding", "chunked"] as const] : []),
    ],
    agreement: deflate?.agreement,
  };
}

function readOffers(value: string, broken: Broken): readonly ListedExtension[] {
  const found = broken("finds-permessage-deflate-anywhere") && value.includes("permessage-deflate");
  return found ? [{ name: "permessage-deflate", parameters: [] }] : (readExtensionList(value) ?? []);
}

/** A refusal as it is said. */
export function refusalSaid(refusal: Refusal, broken: Broken): Refusal {
  const { status, fields = [] } = refusal;
  if (broken("refuses-without-a-response")) return { status: undefined };
  if (broken("refuses-with-500")) return { ...refusal, status: 500 };
  const silent = chosen(unsaid, broken);
  return { ...refusal, status, fields: fields.filter(([name]) => name !== silent) };
}

/** What a mutant leaves out of its refusals. */
const unsaid: Readonly<Partial<Record<Fault, string>>> = {
  "does-not-say-which-versions-it-knows": "Sec-WebSocket-Version",
  "does-not-say-which-protocol-it-wants": "Upgrade",
  "does-not-say-which-methods-it-allows": "Allow",
};

function statusLine(broken: Broken): string {
  if (broken("accepts-with-200")) return "HTTP/1.1 200 OK";
  if (broken("accepts-with-http-1.0")) return "HTTP/1.0 101 Switching Protocols";
  return "HTTP/1.1 101 Switching Protocols";
}

function upgrade(broken: Broken): readonly Field[] {
  const says: Field = ["Upgrade", "websocket"];
  return [
    ...(broken("leaves-out-upgrade") ? [] : [says]),
    ...(broken("says-upgrade-twice") ? [says] : []),
    ...(broken("leaves-out-connection") ? [] : [["Connection", "Upgrade"] as const]),
  ];
}

function accept(key: string, broken: Broken): readonly Field[] {
  if (broken("leaves-out-accept")) return [];
  const says: Field = ["Sec-WebSocket-Accept", acceptValue(key, broken)];
  return broken("says-accept-twice") ? [says, says] : [says];
}

function acceptValue(key: string, broken: Broken): string {
  if (broken("computes-accept-without-the-guid")) return createHash("sha1").update(key).digest("base64");
  if (broken("writes-accept-in-the-alphabet-for-urls"))
    return acceptFor(key).replaceAll("+", "-").replaceAll("/", "_");
  if (broken("computes-accept-from-part-of-the-key")) return acceptFor(key.slice(0, 16));
  return acceptFor(key);
}

function subprotocol(offered: readonly string[], broken: Broken): readonly Field[] {
  const name = "Sec-WebSocket-Protocol";
  if (broken("names-a-subprotocol-unasked") && offered.length === 0) return [[name, "chat"]];
  if (offered.length === 0) return [];
  if (broken("answers-with-every-subprotocol")) return [[name, offered.join(", ")]];
  if (broken("says-two-subprotocols")) return offered.map((value): Field => [name, value]);
  if (broken("names-a-subprotocol-of-its-own")) return [[name, "chat"]];
  return [[name, offered[0]!]];
}

function extensions(request: Head, deflate: string | undefined, broken: Broken): readonly Field[] {
  const name = "Sec-WebSocket-Extensions";
  const chosen: readonly Field[] = deflate === undefined ? [] : [[name, deflate]];
  if (broken("names-an-extension-unasked")) return [...chosen, [name, "x-unasked"]];
  if (broken("accepts-every-extension")) {
    const value = request.value(name);
    return value === undefined ? [] : [[name, value]];
  }
  if (broken("says-extensions-twice")) return [...chosen, ...chosen];
  return chosen;
}
