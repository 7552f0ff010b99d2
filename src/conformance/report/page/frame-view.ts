/** One frame: a strip of its fields, and behind it every octet with what it means (RFC 6455 §5.2). */
import {
  type BitField,
  bitFields,
  type FrameEntry,
  type FrameField,
  frameFields,
  octetCount,
  opcodeName,
  payloadPreview,
} from "../frame-fields.ts";
import { margin, spaced } from "../octets.ts";
import { element, type PageElement, text } from "./dom.ts";

/** Octets in one line of a listing. */
const OCTETS_A_LINE = 16;

/** The fields of the frame side by side, in the order in which they are sent. */
export function frameStrip({ frame }: FrameEntry): PageElement {
  const { fin, rsv, opcode, maskingKey, payloadLength } = frame;
  const reserved = [4, 2, 1].flatMap((mask, at) => (rsv & mask ? [`RSV${at + 1}`] : []));
  const masked = maskingKey !== undefined;
  return element(
    "span",
    { class: "strip" },
    field("fin", "FIN", fin),
    field("rsv", reserved.length === 0 ? "RSV" : reserved.join(" "), reserved.length > 0),
    text(
      "span",
      `field field-opcode kind-${opcodeClass(opcode)}`,
      `${opcodeName(opcode)} ${opcode.toString(16)}`,
    ),
    field("mask", "MASK", masked),
    text("span", "field field-length", octetCount(payloadLength)),
    payloadLength === 0 ? undefined : text("span", "preview", payloadPreview(frame)),
  );
}

/** All that is known of the frame's octets. */
export function frameDetail(entry: FrameEntry): PageElement {
  const fields = frameFields(entry).filter(({ kind }) => kind !== "bits");
  const kept = entry.frame.payload.length / 2;
  const missing = entry.frame.payloadLength - kept;
  return element(
    "div",
    { class: "octets" },
    bitGrid(entry),
    fields.length === 0 ? undefined : element("div", { class: "fields" }, ...fields.map(fieldView)),
    missing > 0
      ? text("p", "left-out", `${kept} of ${octetCount(entry.frame.payloadLength)} of payload were kept.`)
      : undefined,
  );
}

/** Octets as a listing: where they are, what they are, and the characters that they may be. */
export function listing(hex: string, kind: string): PageElement {
  const rows = hex.match(new RegExp(`.{1,${2 * OCTETS_A_LINE}}`, "g")) ?? [];
  const single = rows.length === 1 && hex.length <= 16;
  return element(
    "div",
    { class: `listing listing-${kind}` },
    ...rows.map((row, at) =>
      element(
        "div",
        { class: "listing-row" },
        single ? undefined : text("span", "offset", (at * OCTETS_A_LINE).toString(16).padStart(4, "0")),
        text("span", "hex", spaced(row)),
        single && kind !== "payload" ? undefined : text("span", "margin", margin(row)),
      ),
    ),
  );
}

function field(kind: string, label: string, set: boolean): PageElement {
  return element(
    "span",
    { class: `field field-${kind}${set ? "" : " field-off"}`, title: `${label} ${set ? 1 : 0}` },
    label,
    set ? undefined : text("span", "visually-hidden", " 0"),
  );
}

function opcodeClass(opcode: number): string {
  return opcode >= 8 ? (opcode === 8 ? "close" : "control") : "data";
}

/** The first two octets as RFC 6455 §5.2 draws them: names that are too long for one bit stand upright. */
function bitGrid(entry: FrameEntry): PageElement {
  const octets = spaced((entry.octets ?? "").slice(0, 4)).split(" ");
  return element(
    "div",
    { class: "bits" },
    ...octets.map((octet) => text("div", "bit-octet", octet)),
    ...bitFields(entry).map((field) => bitView(field, entry.frame.opcode)),
  );
}

function bitView({ kind, name, bits, meaning }: BitField, opcode: number): PageElement {
  const single = bits.length === 1;
  const colour = kind === "opcode" ? `kind-${opcodeClass(opcode)}` : `bit-${kind}`;
  return element(
    "div",
    { class: `bit ${single && bits === "0" ? "bit-off" : colour}`, "data-width": bits.length },
    element("div", { class: "digits" }, ...Array.from(bits, (digit) => text("span", "digit", digit))),
    text("div", single ? "bit-name upright" : "bit-name", name),
    single ? undefined : text("div", "bit-meaning", meaning),
  );
}

function fieldView({ kind, octets, unmasked, meaning }: FrameField): PageElement {
  return element(
    "div",
    { class: `field-view field-view-${kind}` },
    text("div", "field-meaning", meaning),
    unmasked === undefined ? undefined : text("div", "layer", "on the wire"),
    listing(octets, unmasked === undefined ? kind : "masked"),
    unmasked === undefined ? undefined : text("div", "layer", "without the mask"),
    unmasked === undefined ? undefined : listing(unmasked, kind),
  );
}
