/** RFC 6455 WebSocket: server, client, and the core that both stand on. */

export { WebSocket, type WebSocketOptions } from "./client.ts";
export { CloseCode, type CloseStatus, encodeClose, mayBeSent, parseClose } from "./close.ts";
export {
  Connection,
  type ConnectionOptions,
  connectionDefaults,
  type Role,
  type State,
} from "./connection.ts";
export type { ConnectionSink } from "./connection-sink.ts";
export {
  type CloseEvent,
  Endpoint,
  type EndpointEvents,
  type EndpointOptions,
  type ErrorEvent,
  type MessageEvent,
} from "./endpoint.ts";
export { type HandshakeErrorCode, WebSocketHandshakeError, WebSocketProtocolError } from "./errors.ts";
export { FrameDecoder, type FrameDecoderOptions, type FrameSink, Opcode } from "./frame.ts";
export {
  type Accepted,
  acceptUpgrade,
  acceptValue,
  checkResponse,
  type HandshakeOptions,
  type HandshakeRequest,
  type Refused,
  refuse,
  upgradeHeaders,
} from "./handshake.ts";
export { type Extension, groupHeaders, type Headers } from "./header.ts";
export { encodeMessage, type MessageData } from "./message.ts";
export { Outbox, type Transport } from "./outbox.ts";
export {
  broadcast,
  type Decision,
  WebSocketServer,
  type WebSocketServerEvents,
  type WebSocketServerOptions,
} from "./server.ts";
export { UpgradeRequest } from "./upgrade-request.ts";
