/** The server of the HTTP/2 tests. */
export { WebSocketServer as Http2WebSocketServer } from "../../src/websocket/server.ts";
