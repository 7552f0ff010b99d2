/** Cases in which one offer of permessage-deflate is to be accepted, or to be declined. */
import { expectAccepted, finalResponse } from "../peer/acceptance.ts";
import { finish } from "../peer/closing.ts";
import { deflateElements, judgeDeflateResponse } from "../peer/deflate-agreement.ts";
import type { Peer } from "../peer/peer.ts";
import { expectRefused } from "../peer/refusal.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { Deviation, NotApplicable } from "../verdict.ts";
import { isExtensionList } from "../wire/extensions.ts";
import { converse } from "./converse.ts";
import type { Rule } from "./rule.ts";
import type { CaseInSection } from "./section.ts";

/** An offer that leaves a server every freedom. */
const ANY = "permessage-deflate; client_max_window_bits";

/**
 * Whether the server accepts these offers; what it answers is judged in any case.
 *
 * @throws {Deviation} when the answer is not allowed
 */
export async function takesUp(trial: ServerTrial, offers: string): Promise<Peer | undefined> {
  const peer = await trial.openOffering(offers);
  if (peer.inflater !== undefined) return peer;
  await finish(peer);
  return undefined;
}

/** @throws {NotApplicable} when the server accepts no offer of permessage-deflate */
export async function expectPart(trial: ServerTrial, offers: string = ANY): Promise<void> {
  const peer = await takesUp(trial, offers);
  if (peer === undefined) throw new NotApplicable(`the server declines ${offers}`);
  await finish(peer);
}

/** A server that accepts other offers declines this one: it refuses the handshake, or accepts it without. */
export function declines(
  number: number,
  title: string,
  rule: Rule,
  offers: string,
): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    await expectPart(trial);
    const handshake = await trial.request({ fields: { "Sec-WebSocket-Extensions": offers } });
    const response = await finalResponse(handshake);
    if (response?.status !== 101) {
      await expectRefused(trial, { ...handshake, response });
      // RFC 6455 §9.1: what does not conform to its grammar fails the connection.
      if (!isExtensionList(offers)) return;
      // RFC 7692 §5: declining, both "proceed without per-message compression"; but nobody has to accept a handshake.
      const expected = "the connection without the extension";
      trial.note({ severity: "info", expected, came: "the handshake refused", clause: "RFC 7692 §5" });
      return;
    }
    const answer = response.value("Sec-WebSocket-Extensions") ?? "";
    if (deflateElements(answer).length > 0) throw new Deviation("the offer declined", answer);
    if (answer !== "") throw new NotApplicable(`the server takes up ${answer}, which we do not speak`);
    const peer = await expectAccepted(trial, { ...handshake, response });
    await peer.expectWorking();
    await finish(peer);
  };
  return { number, title, ...rule, run };
}

/** How offers have to be answered. */
export interface Acceptance {
  readonly offers: string;
  /** Not applicable unless these are accepted. Default: those that are offered in the case. */
  readonly given?: string;
  /** @throws {Deviation} for an answer that is allowed, but not what the case expects */
  readonly check?: (answer: string) => void;
}

/** A server accepts these offers, and keeps to what it says. */
export function acceptsOffer(
  number: number,
  title: string,
  rule: Rule,
  { offers, given = offers, check }: Acceptance,
): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    if (given !== offers) await expectPart(trial, given);
    const handshake = await trial.request({ fields: { "Sec-WebSocket-Extensions": offers } });
    const peer = await expectAccepted(trial, handshake);
    judgeDeflateResponse(offers, peer.extensions);
    if (peer.inflater === undefined && given === offers)
      throw new NotApplicable(`the server declines ${offers}`);
    // RFC 7692 §5: "It is recommended that a server accepts PMCEs with higher preference if the server supports them."
    // More than recommended it is nowhere to accept an offer at all.
    if (peer.inflater === undefined)
      throw new Deviation(`accepted, as ${given} is`, "declined", { level: "SHOULD" });
    check?.(peer.extensions);
    await converse(peer, trial.random);
  };
  return { number, title, ...rule, run };
}
