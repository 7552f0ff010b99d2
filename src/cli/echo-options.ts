/** The options of `barewire echo`. */
import { type Command, type CommandLine, usage, wholeNumber } from "./command-line.ts";
import { DEFAULT_MAX_MESSAGE_BYTES, LOOPBACK } from "./echo-server.ts";
import { checkOneStdin, fileSource, type Source } from "./source.ts";

export interface EchoCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly deflate: boolean;
  /** Where the certificate and its key are, for TLS. */
  readonly tls: { readonly cert: Source; readonly key: Source } | undefined;
  readonly http2Port: number | undefined;
  readonly maxMessageBytes: number;
  readonly json: boolean;
}

const DEFAULT_PORT = 9001;
/** A text of so many octets is still one string. */
const MOST_MESSAGE_BYTES = 256 * 1024 * 1024;

export const echoCommand: Command = {
  name: "echo",
  operands: "[options]",
  summary: `A bare WebSocket server to try clients, conformance suites and load on. It echoes at /echo and at /, and sends
what comes in at /broadcast to everybody there. Any origin may connect, nobody logs in.`,
  groups: [
    {
      title: "Options",
      options: [
        {
          flag: "port",
          value: "NUMBER",
          help: `port to listen on; 0 picks a free one (default ${DEFAULT_PORT})`,
        },
        {
          flag: "host",
          value: "ADDRESS",
          help: `address to listen on (default ${LOOPBACK}: this machine alone)`,
        },
        { flag: "deflate", help: "agree to compression (RFC 7692), with every parameter a client may offer" },
        {
          flag: "cert",
          value: "PATH",
          help: "speak TLS with this certificate, HTTP/1.1 and HTTP/2 on one port",
        },
        { flag: "key", value: "PATH", help: "the certificate's private key, PEM; - is standard input" },
        {
          flag: "http2-port",
          value: "NUMBER",
          help: "one more port, for HTTP/2 without TLS (RFC 8441); 0 picks a free one",
        },
        {
          flag: "max-message",
          value: "BYTES",
          help: `longest message, inflated (default ${DEFAULT_MAX_MESSAGE_BYTES}, which is 64 MiB)`,
        },
        { flag: "json", help: "print the addresses as one line of JSON" },
      ],
    },
  ],
  notes: `Of the subprotocols that a client offers, its first among echo, conformance and chat is chosen; otherwise none.

  barewire echo --port 9001 --deflate
  barewire echo --port 0 --http2-port 0 --json`,
};

/**
 * Reads the options.
 *
 * @throws {CommandError} with exit code 2 that names the wrong option and what is expected
 */
export function readEchoOptions(line: CommandLine): EchoCommandOptions {
  if (line.operands.length > 0) throw usage("it takes no argument", line.command);
  const port = wholeNumber(line, "port", 0, 65_535) ?? DEFAULT_PORT;
  const http2Port = wholeNumber(line, "http2-port", 0, 65_535);
  if (port !== 0 && port === http2Port) {
    throw usage("--port and --http2-port need a port each", line.command);
  }
  return {
    port,
    host: line.text("host") ?? LOOPBACK,
    deflate: line.has("deflate"),
    tls: readTls(line),
    http2Port,
    maxMessageBytes: wholeNumber(line, "max-message", 1, MOST_MESSAGE_BYTES) ?? DEFAULT_MAX_MESSAGE_BYTES,
    json: line.has("json"),
  };
}

function readTls(line: CommandLine): EchoCommandOptions["tls"] {
  const [certPath, keyPath] = [line.text("cert"), line.text("key")];
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined) {
    throw usage("--cert and --key go together", line.command);
  }
  const tls = { cert: fileSource(line, "cert", certPath), key: fileSource(line, "key", keyPath) };
  checkOneStdin([tls.cert, tls.key], line.command);
  return tls;
}
