/** The profile `deflate`: permessage-deflate, RFC 7692. */
import type { Case } from "../case.ts";
import type { ClientTrial } from "../client-trial.ts";
import type { ServerTrial } from "../server-trial.ts";
import type { Trial } from "../trial.ts";
import { compressedBit } from "./rfc7692-6.1.ts";
import { compressedAndNot } from "./rfc7692-6.2.ts";
import { agreedParameters } from "./rfc7692-7.1-parameters.ts";
import { compression } from "./rfc7692-7.2.1.ts";
import { decompression } from "./rfc7692-7.2.2.ts";
import { invalidCompression } from "./rfc7692-7.2.2-invalid.ts";
import { examples } from "./rfc7692-7.2.3.ts";
import { compressedPayloads } from "./rfc7692-7.2-payloads.ts";

/** For servers and clients. */
export const deflate: readonly Case<Trial>[] = [
  ...compressedBit,
  ...compressedAndNot,
  ...agreedParameters,
  ...compression,
  ...decompression,
  ...invalidCompression,
  ...examples,
  ...compressedPayloads,
];

export const deflateForServers: readonly Case<ServerTrial>[] = [];

export const deflateForClients: readonly Case<ClientTrial>[] = [];
