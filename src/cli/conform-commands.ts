/** The commands of the conformance suite: their options, which are also their help. */
import type { Command, OptionGroup } from "./command-line.ts";

const selection: OptionGroup = {
  title: "Which cases",
  options: [
    {
      flag: "profile",
      value: "NAME",
      repeatable: true,
      help: "only this profile; may be given again (default all)",
    },
    {
      flag: "only",
      value: "PATTERN",
      repeatable: true,
      help: "only these: rfc6455/5.5.1/3, 'rfc6455/5.*', 'autobahn:7.9.*'",
    },
    { flag: "except", value: "PATTERN", repeatable: true, help: "not these" },
    { flag: "list", help: "list the cases and run none" },
  ],
};

const verdict: OptionGroup = {
  title: "What fails",
  options: [
    { flag: "strict", help: "warnings (a SHOULD not kept) fail as well" },
    { flag: "baseline", value: "FILE", help: "a JSON report: fail only on what is worse than there" },
  ],
};

const reports: OptionGroup = {
  title: "Reports",
  options: [
    {
      flag: "format",
      value: "NAMES",
      repeatable: true,
      help: "text, json, junit, markdown, html, badge; several with commas (default text)",
    },
    {
      flag: "out",
      value: "DIR",
      help: "write the reports there; without it one of them goes to standard output",
    },
    { flag: "name", value: "NAME", help: "what the target is called in reports" },
    { flag: "color", value: "WHEN", help: "auto, always or never (default auto)" },
  ],
};

const running: OptionGroup = {
  title: "How they are run",
  options: [
    { flag: "concurrency", value: "NUMBER", help: "cases at a time (default 8; for --exec 2)" },
    {
      flag: "timeout",
      value: "DURATION",
      help: "to wait for an answer (default 5s); longer by itself where the target is slow",
    },
    { flag: "seed", value: "NUMBER", help: "repeats what is drawn at random (default 1)" },
  ],
};

export const conformServerCommand: Command = {
  name: "conform server",
  operands: "WS-URL [options]",
  summary: `Holds a WebSocket server against RFC 6455, RFC 7692 and RFC 8441. It has to echo every message. Profiles: core,
deflate, handshake, h2, hostile, perf.`,
  groups: [
    {
      title: "The server",
      options: [
        {
          flag: "http2-url",
          value: "WS-URL",
          help: "where it speaks HTTP/2, if elsewhere; ws: means without TLS",
        },
        { flag: "insecure", help: "take its certificate unchecked" },
        {
          flag: "pid",
          value: "NUMBER",
          help: "its process on this machine (Linux): hostile cases watch its memory",
        },
      ],
    },
    selection,
    verdict,
    reports,
    running,
  ],
  notes: `Exit codes: 0 conforms, 1 does not, 2 usage, 3 not reachable or no WebSocket server, 4 a fault of ours.

  barewire conform server ws://localhost:9001/echo
  barewire conform server ws://localhost:9001/echo --profile core --format json,html --out report
  barewire conform server ws://localhost:9001/echo --only autobahn:7.*`,
};

export const conformClientCommand: Command = {
  name: "conform client",
  operands: `--exec "COMMAND {url}" | --listen [ADDRESS:]PORT  [options]`,
  summary: `Holds a WebSocket client against RFC 6455 and RFC 7692. It connects to the URL it is given, echoes every message,
and ends when the connection does. Profiles: core, deflate, handshake, hostile, perf.`,
  groups: [
    {
      title: "The client",
      options: [
        { flag: "exec", value: "COMMAND", help: "started for each case, with the URL in place of {url}" },
        {
          flag: "listen",
          value: "PORT",
          help: "wait for a client that speaks Autobahn's protocol, or a browser at the page /",
        },
      ],
    },
    selection,
    verdict,
    reports,
    running,
  ],
  notes: `Exit codes: 0 conforms, 1 does not, 2 usage, 3 the client does not start or connect, 4 a fault of ours.

  barewire conform client --exec "node echo-client.mjs {url}"
  barewire conform client --listen 9001`,
};

export const conformJwtCommand: Command = {
  name: "conform jwt",
  operands: `--exec "COMMAND" [options]`,
  summary: `Holds a verifier of JSON Web Tokens against RFC 7515 to 7519 and RFC 8725. It reads questions as lines of JSON from
standard input and answers on standard output.`,
  groups: [
    {
      title: "The verifier",
      options: [
        {
          flag: "exec",
          value: "COMMAND",
          help: "started once; docs/conformance-jwt.md says what it is asked",
        },
      ],
    },
    selection,
    verdict,
    reports,
    running,
  ],
  notes: `Exit codes: 0 conforms, 1 does not, 2 usage, 3 the verifier does not start or answer, 4 a fault of ours.

  barewire conform jwt --exec "python3 adapter.py"`,
};

export const conformReportCommand: Command = {
  name: "conform report",
  operands: "FILE… [options]",
  summary: `Makes reports of earlier runs from their JSON reports. Several runs stand side by side in the HTML report.`,
  groups: [
    {
      title: "Options",
      options: [
        {
          flag: "format",
          value: "NAMES",
          repeatable: true,
          help: "text, json, junit, markdown, html, badge; several with commas (default html)",
        },
        {
          flag: "out",
          value: "DIR",
          help: "write the reports there; without it one of them goes to standard output",
        },
        { flag: "color", value: "WHEN", help: "auto, always or never (default auto)" },
      ],
    },
  ],
  notes: "  barewire conform report ours.json theirs.json --format html --out comparison",
};
