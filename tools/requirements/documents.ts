/** The RFCs whose requirements are listed in this folder. */
import type { Document } from "./requirement.ts";
import { answering } from "./rfc6455-answering.ts";
import { closing } from "./rfc6455-closing.ts";
import { connecting } from "./rfc6455-connecting.ts";
import { controlAndData } from "./rfc6455-control.ts";
import { fragmentation } from "./rfc6455-fragmentation.ts";
import { framing } from "./rfc6455-framing.ts";
import { headerFields } from "./rfc6455-header-fields.ts";
import { messages } from "./rfc6455-messages.ts";
import { reading } from "./rfc6455-reading.ts";
import { request } from "./rfc6455-request.ts";
import { response } from "./rfc6455-response.ts";
import { extensionsAndSecurity } from "./rfc6455-security.ts";
import { statusCodes } from "./rfc6455-status-codes.ts";
import { compressedFraming } from "./rfc7692-framing.ts";
import { negotiation } from "./rfc7692-negotiation.ts";
import { parameters } from "./rfc7692-parameters.ts";
import { payload } from "./rfc7692-payload.ts";
import { extendedConnect } from "./rfc8441.ts";

export const documents: readonly Document[] = [
  {
    number: "6455",
    title: "The WebSocket Protocol",
    chapters: [3, 11],
    sentences: 152,
    keyWords: 164,
    requirements: [
      ...connecting,
      ...request,
      ...response,
      ...reading,
      ...answering,
      ...framing,
      ...fragmentation,
      ...controlAndData,
      ...messages,
      ...closing,
      ...statusCodes,
      ...extensionsAndSecurity,
      ...headerFields,
    ],
  },
  {
    number: "7692",
    title: "Compression Extensions for WebSocket",
    chapters: [5, 8],
    sentences: 40,
    keyWords: 40,
    requirements: [...negotiation, ...compressedFraming, ...parameters, ...payload],
  },
  {
    number: "8441",
    title: "Bootstrapping WebSockets with HTTP/2",
    chapters: [3, 5],
    sentences: 7,
    keyWords: 8,
    requirements: extendedConnect,
  },
];
