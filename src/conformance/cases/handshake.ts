/** The profile `handshake`: all its cases, in the order of their clauses. */
import type { Case } from "../case.ts";
import type { ClientTrial } from "../client/client-trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { uris } from "./rfc6455/3.ts";
import { refusedResponses } from "./rfc6455/4.1-refused.ts";
import { request } from "./rfc6455/4.1-request.ts";
import { taken } from "./rfc6455/4.1-taken.ts";
import { otherFields } from "./rfc6455/4.2.1-fields.ts";
import { keys } from "./rfc6455/4.2.1-key.ts";
import { requestLine } from "./rfc6455/4.2.1-request-line.ts";
import { upgradeFields } from "./rfc6455/4.2.1-upgrade.ts";
import { handshakeOctets } from "./rfc6455/4.2.2-octets.ts";
import { response } from "./rfc6455/4.2.2-response.ts";
import { versions } from "./rfc6455/4.4.ts";
import { offers } from "./rfc6455/9.1.ts";
import { extensionsOfClients } from "./rfc6455/9.1-client.ts";
import { noHandshakes, origins } from "./rfc6455/10.ts";
import { repeatedFields } from "./rfc6455/11.3.ts";
import { fieldsOfClients } from "./rfc6455/11.3-client.ts";
import { httpSemanticsOfClients } from "./rfc9110/client.ts";
import { httpSemantics } from "./rfc9110/rfc9110.ts";
import { responseSyntax } from "./rfc9112/client.ts";
import { requestFraming } from "./rfc9112/framing.ts";
import { requestSyntax } from "./rfc9112/syntax.ts";

/** What is asked of servers. */
export const handshakeForServers: readonly Case<ServerTrial>[] = [
  ...uris,
  ...requestLine,
  ...upgradeFields,
  ...keys,
  ...otherFields,
  ...response,
  ...handshakeOctets,
  ...versions,
  ...offers,
  ...origins,
  ...noHandshakes,
  ...repeatedFields,
  ...httpSemantics,
  ...requestSyntax,
  ...requestFraming,
];

/** What is asked of clients. */
export const handshakeForClients: readonly Case<ClientTrial>[] = [
  ...request,
  ...taken,
  ...refusedResponses,
  ...extensionsOfClients,
  ...fieldsOfClients,
  ...httpSemanticsOfClients,
  ...responseSyntax,
];
