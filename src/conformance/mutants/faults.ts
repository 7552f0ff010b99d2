/** Every fault there is, and the names of their switches. */

import type { FaultDescription, Manner } from "./fault.ts";
import { clientRequest } from "./faults/client-request.ts";
import { clientResponse } from "./faults/client-response.ts";
import { closing } from "./faults/closing.ts";
import { control } from "./faults/control.ts";
import { deflateData } from "./faults/deflate-data.ts";
import { deflateTerms } from "./faults/deflate-terms.ts";
import { fragmentation } from "./faults/fragmentation.ts";
import { framing } from "./faults/framing.ts";
import { heads } from "./faults/heads.ts";
import { hostile } from "./faults/hostile.ts";
import { http2 } from "./faults/http2.ts";
import { masking } from "./faults/masking.ts";
import { messages } from "./faults/messages.ts";
import { openingRefusal } from "./faults/opening-refusal.ts";
import { openingRequest } from "./faults/opening-request.ts";
import { utf8 } from "./faults/utf8.ts";

/** By topic, in the order of the RFCs. */
const all = [
  ...masking,
  ...framing,
  ...messages,
  ...fragmentation,
  ...utf8,
  ...control,
  ...closing,
  ...openingRequest,
  ...openingRefusal,
  ...heads,
  ...clientRequest,
  ...clientResponse,
  ...deflateTerms,
  ...deflateData,
  ...hostile,
  ...http2,
] as const;

/** The name of a switch. */
export type Fault =
  | (typeof masking)[number]["name"]
  | (typeof framing)[number]["name"]
  | (typeof messages)[number]["name"]
  | (typeof fragmentation)[number]["name"]
  | (typeof utf8)[number]["name"]
  | (typeof control)[number]["name"]
  | (typeof closing)[number]["name"]
  | (typeof openingRequest)[number]["name"]
  | (typeof openingRefusal)[number]["name"]
  | (typeof heads)[number]["name"]
  | (typeof clientRequest)[number]["name"]
  | (typeof clientResponse)[number]["name"]
  | (typeof deflateTerms)[number]["name"]
  | (typeof deflateData)[number]["name"]
  | (typeof hostile)[number]["name"]
  | (typeof http2)[number]["name"];

/** Whether a peer breaks this rule, or has this manner. */
export type Broken = (name: Fault | Manner) => boolean;

export const faults: readonly (FaultDescription & { readonly name: Fault })[] = all;

/** What a table has for the switch that is set; `undefined` when none of its switches is. */
export function chosen<T>(
  table: Readonly<Partial<Record<Fault | Manner, T>>>,
  broken: Broken,
): T | undefined {
  const [name] = (Object.keys(table) as (Fault | Manner)[]).filter(broken);
  return name && table[name];
}
