/** What comes of an entry of a room's log: who is to hear what, and who is out of the room. */
import type { EntryRefusal, MemberRecord } from "../entries.ts";
import type { LeaveReason, PeerId, RefusalCode, RoomNotice } from "../protocol.ts";

/** Who is to hear something. */
export interface Audience {
  /** One member; when undefined, all but `except`. */
  readonly to: PeerId | undefined;
  readonly except: PeerId | undefined;
  /** Only for those who may subscribe. */
  readonly chat: boolean;
}

/** A notice and who is to hear it. */
export interface Delivery extends Audience {
  readonly notice: RoomNotice;
  /** Whether what was said in it stands in JSON as it is. */
  readonly plain: boolean;
  /** From here on this member may subscribe that could not before, or the other way round. */
  readonly turns?: PeerId | undefined;
  /** Who comes into the room by it: what was said before was not for this member, whatever it says that it has heard. */
  readonly newcomer?: PeerId | undefined;
}

/** A member that is out of the room. */
export interface Departure {
  readonly member: MemberRecord;
  readonly reason: LeaveReason;
}

export interface Outcome {
  readonly refusal: EntryRefusal | undefined;
  readonly deliveries: readonly Delivery[];
  readonly departures: readonly Departure[];
}

const nothing: readonly never[] = [];

/** Nobody has to be told anything. */
export const unheard: Outcome = { refusal: undefined, deliveries: nothing, departures: nothing };

export function refused(code: RefusalCode, message: string): Outcome {
  return { refusal: { code, message }, deliveries: nothing, departures: nothing };
}

export function delivered(
  deliveries: readonly Delivery[],
  departures: readonly Departure[] = nothing,
): Outcome {
  return { refusal: undefined, deliveries, departures };
}

/** A notice for one member. */
export function toOne(to: PeerId, notice: RoomNotice): Delivery {
  return { to, except: undefined, chat: false, notice, plain: false };
}

/** A notice for all members but one, or for all. */
export function toOthers(except: PeerId | undefined, notice: RoomNotice): Delivery {
  return { to: undefined, except, chat: false, notice, plain: false };
}

export function deliveredOne(delivery: Delivery): Outcome {
  return { refusal: undefined, deliveries: [delivery], departures: nothing };
}
