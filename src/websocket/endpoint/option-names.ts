/**
 * Names of options, checked: one that is ignored may be the one that was to keep strangers out. Who comes from `ws`
 * is told what it is called here.
 */

const elsewhere: ReadonlyMap<string, string> = new Map([
  ["verifyClient", "use accept"],
  ["handleProtocols", "use subprotocols"],
  ["maxPayload", "use maxMessageBytes"],
  ["noServer", "leave out port and server, and call upgrade()"],
  ["clientTracking", "clients always has the open sockets"],
  ["skipUTF8Validation", "text is always checked"],
  ["autoPong", "Pings are always answered"],
  ["maxBufferedChunks", "messages are bounded by maxMessageBytes, and hold about twice that"],
  ["protocolVersion", "there is only version 13"],
  ["rejectUnauthorized", "use tls: { rejectUnauthorized }"],
  ["agent", "use connect"],
]);

const endpoint: readonly string[] = [
  ...[
    "maxMessageBytes",
    "maxFragments",
    "maxBufferedBytes",
    "maxUnreadBytes",
    "overflow",
    "inParts",
    "binaryType",
  ],
  ...["perMessageDeflate", "closeTimeout", "heartbeatInterval", "heartbeatMisses", "handshakeTimeout"],
];

const names: Readonly<Record<"server" | "client", ReadonlySet<string>>> = {
  server: new Set([
    ...endpoint,
    ...["port", "host", "backlog", "readPath", "server", "path", "origins", "subprotocols", "accept"],
    ...["maxConnections", "maxConnectionsPerAddress", "clientAddress"],
  ]),
  client: new Set([
    ...endpoint,
    ...["headers", "tls", "origin", "followRedirects", "connect", "signal", "maxBodyBytes", "http2"],
  ]),
};

/** @throws {TypeError} on a name that means nothing to this side */
export function checkOptionNames(side: "server" | "client", options: object): void {
  for (const name of Object.keys(options)) {
    if (names[side].has(name)) continue;
    const hint = elsewhere.get(name) ?? "see the documentation for those there are";
    throw new TypeError(`a ${side} has no option ${name}: ${hint}`);
  }
}
