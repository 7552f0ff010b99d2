/** RFC 6455 WebSocket: server, client, and the core that both stand on. */

export { WebSocket, type WebSocketOptions } from "./client/client.ts";
export { ReconnectingWebSocket, type ReconnectingWebSocketOptions } from "./client/reconnecting-client.ts";
export type { Overflow } from "./connection/backlog.ts";
export {
  Connection,
  type ConnectionOptions,
  connectionDefaults,
  type Role,
  type State,
} from "./connection/connection.ts";
export type { ConnectionTraits } from "./connection/connection-options.ts";
export type { ConnectionSink } from "./connection/connection-sink.ts";
export { type MessageData, SharedMessage } from "./connection/message.ts";
export { Outbox, type Transport } from "./connection/outbox.ts";
export type { SendOptions } from "./connection/outgoing.ts";
export type { DeflateParameters, PerMessageDeflateOptions } from "./deflate/permessage-deflate.ts";
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
} from "./endpoint/endpoint.ts";
export type { MessageStreams } from "./endpoint/message-streams.ts";
export type { MessageInParts } from "./endpoint/parts-iterator.ts";
export type { Parts } from "./endpoint/send-parts.ts";
export type { TappedFrame } from "./endpoint/tap.ts";
export {
  type HandshakeErrorCode,
  WebSocketClosedError,
  WebSocketHandshakeError,
  WebSocketProtocolError,
} from "./errors.ts";
export { checkResponse, upgradeHeaders } from "./handshake/client-handshake.ts";
export {
  type Accepted,
  acceptUpgrade,
  acceptValue,
  type HandshakeOptions,
  type HandshakeRequest,
  type Refused,
  refuse,
} from "./handshake/handshake.ts";
export { type Extension, groupHeaders, type Headers } from "./handshake/header.ts";
export { UpgradeRequest } from "./handshake/upgrade-request.ts";
export type { HttpServer } from "./server/attachment.ts";
export { writeRefusal } from "./server/response.ts";
export { broadcast, WebSocketServer, type WebSocketServerEvents } from "./server/server.ts";
export type { Decision, DrainOptions, WebSocketServerOptions, Welcome } from "./server/server-options.ts";
export { CloseCode, type CloseStatus, encodeClose, mayBeSent, parseClose } from "./wire/close.ts";
export { FrameDecoder, type FrameDecoderOptions, type FrameSink, Opcode } from "./wire/frame.ts";
