/** RFC 6455 WebSocket: server, client, and the core that both stand on. */

export type { HttpServer } from "./attachment.ts";
export type { Overflow } from "./backlog.ts";
export { WebSocket, type WebSocketOptions } from "./client.ts";
export { checkResponse, upgradeHeaders } from "./client-handshake.ts";
export { CloseCode, type CloseStatus, encodeClose, mayBeSent, parseClose } from "./close.ts";
export {
  Connection,
  type ConnectionOptions,
  connectionDefaults,
  type Role,
  type State,
} from "./connection.ts";
export type { ConnectionTraits } from "./connection-options.ts";
export type { ConnectionSink } from "./connection-sink.ts";
export {
  type BinaryType,
  type CloseEvent,
  type DrainEvent,
  Endpoint,
  type EndpointEvents,
  type EndpointOptions,
  type ErrorEvent,
  type MessageEvent,
  type PartEvent,
} from "./endpoint.ts";
export {
  type HandshakeErrorCode,
  WebSocketClosedError,
  WebSocketHandshakeError,
  WebSocketProtocolError,
} from "./errors.ts";
export { FrameDecoder, type FrameDecoderOptions, type FrameSink, Opcode } from "./frame.ts";
export {
  type Accepted,
  acceptUpgrade,
  acceptValue,
  type HandshakeOptions,
  type HandshakeRequest,
  type Refused,
  refuse,
} from "./handshake.ts";
export { type Extension, groupHeaders, type Headers } from "./header.ts";
export { type MessageData, SharedMessage } from "./message.ts";
export type { MessageStreams } from "./message-streams.ts";
export { Outbox, type Transport } from "./outbox.ts";
export type { SendOptions } from "./outgoing.ts";
export type { MessageInParts } from "./parts-iterator.ts";
export type { DeflateParameters, PerMessageDeflateOptions } from "./permessage-deflate.ts";
export { ReconnectingWebSocket, type ReconnectingWebSocketOptions } from "./reconnecting-client.ts";
export { writeRefusal } from "./response.ts";
export type { Parts } from "./send-parts.ts";
export { broadcast, WebSocketServer, type WebSocketServerEvents } from "./server.ts";
export type { Decision, DrainOptions, WebSocketServerOptions, Welcome } from "./server-options.ts";
export type { TappedFrame } from "./tap.ts";
export { UpgradeRequest } from "./upgrade-request.ts";
