/** The profile `deflate`: permessage-deflate, RFC 7692. */
import type { Case } from "../case.ts";
import type { ClientTrial } from "../client/client-trial.ts";
import type { Trial } from "../peer/trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { inflatedMessage } from "./rfc6455/10.4-inflated.ts";
import { negotiation } from "./rfc7692/5.ts";
import { compressedBit } from "./rfc7692/6.1.ts";
import { compressedAndNot } from "./rfc7692/6.2.ts";
import { offeredParameters } from "./rfc7692/7.1-offers.ts";
import { agreedParameters } from "./rfc7692/7.1-parameters.ts";
import { answeredParameters } from "./rfc7692/7.1-responses.ts";
import { parametersTogether } from "./rfc7692/7.1-together.ts";
import { compression } from "./rfc7692/7.2.1.ts";
import { decompression } from "./rfc7692/7.2.2.ts";
import { invalidCompression } from "./rfc7692/7.2.2-invalid.ts";
import { examples } from "./rfc7692/7.2.3.ts";
import { compressedPayloads } from "./rfc7692/7.2-payloads.ts";
import { offersToDecline } from "./rfc7692/7.ts";
import { responsesToRefuse } from "./rfc7692/7-responses.ts";

/** For servers and clients. */
export const deflate: readonly Case<Trial>[] = [
  ...compressedBit,
  ...compressedAndNot,
  ...agreedParameters,
  ...parametersTogether,
  ...compression,
  ...decompression,
  ...invalidCompression,
  ...examples,
  ...inflatedMessage,
  ...compressedPayloads,
];

export const deflateForServers: readonly Case<ServerTrial>[] = [
  ...negotiation,
  ...offersToDecline,
  ...offeredParameters,
];

export const deflateForClients: readonly Case<ClientTrial>[] = [...responsesToRefuse, ...answeredParameters];
