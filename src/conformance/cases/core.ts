/** The core profile: frames, messages and closing, RFC 6455 §5 to §8. */
import type { Case } from "../case.ts";
import type { ClientTrial } from "../client/client-trial.ts";
import type { Trial } from "../peer/trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { maskingByClients, maskingByServers } from "./rfc6455/5.1.ts";
import { reservedBits } from "./rfc6455/5.2-bits.ts";
import { lengths } from "./rfc6455/5.2-lengths.ts";
import { reservedOpcodes } from "./rfc6455/5.2-opcodes.ts";
import { maskingKeysOfClients, unmaskingByServers } from "./rfc6455/5.3.ts";
import { fragmentation } from "./rfc6455/5.4.ts";
import { disorder } from "./rfc6455/5.4-disorder.ts";
import { closeFrames } from "./rfc6455/5.5.1.ts";
import { ping } from "./rfc6455/5.5.2.ts";
import { pongs } from "./rfc6455/5.5.3.ts";
import { controlFrames } from "./rfc6455/5.5.ts";
import { validText } from "./rfc6455/5.6.ts";
import { sending } from "./rfc6455/6.1.ts";
import { largeMessages } from "./rfc6455/6.2-large.ts";
import { manyMessages } from "./rfc6455/6.2-many.ts";
import { closingTcp, failing, failingTcp } from "./rfc6455/7.1.ts";
import {
  codeRanges,
  mandatoryExtensionToClients,
  mandatoryExtensionToServers,
  predefinedCodes,
} from "./rfc6455/7.4.ts";
import { invalidMessages } from "./rfc6455/8.1-messages.ts";
import { invalidSequences } from "./rfc6455/8.1-sequences.ts";

/** What servers and clients have in common. */
export const core: readonly Case<Trial>[] = [
  ...reservedBits,
  ...reservedOpcodes,
  ...lengths,
  ...fragmentation,
  ...disorder,
  ...controlFrames,
  ...closeFrames,
  ...ping,
  ...pongs,
  ...validText,
  ...sending,
  ...largeMessages,
  ...manyMessages,
  ...closingTcp,
  ...failing,
  ...predefinedCodes,
  ...codeRanges,
  ...invalidSequences,
  ...invalidMessages,
];

/** What binds servers alone; beside {@link core}. */
export const coreForServers: readonly Case<ServerTrial>[] = [
  ...maskingByServers,
  ...unmaskingByServers,
  ...failingTcp,
  ...mandatoryExtensionToServers,
];

/** What binds clients alone; beside {@link core}. */
export const coreForClients: readonly Case<ClientTrial>[] = [
  ...maskingByClients,
  ...maskingKeysOfClients,
  ...mandatoryExtensionToClients,
];
