/**
 * The JSON report's format as a JSON Schema (2020-12); published as `docs/conformance-report.schema.json`.
 *
 * `read-report.ts` reads by it, so that what is published is what is enforced. It uses only the key words that are
 * in {@link Schema}. Further properties are allowed: readers pass over what they do not know.
 */
import { REPORT_FORMAT } from "../run/run-report.ts";
import { verdicts } from "../verdict.ts";

/** As much of JSON Schema as the report needs. */
export interface Schema {
  readonly description?: string;
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const text: Schema = { type: "string" };
const count: Schema = { type: "integer", minimum: 0 };
const milliseconds: Schema = { type: "number", minimum: 0, description: "milliseconds" };
const hexadecimal: Schema = { type: "string", pattern: "^([0-9a-f]{2})*$" };

const finding: Schema = {
  description: "one thing that was found out about the peer",
  type: "object",
  required: ["severity", "expected", "came"],
  properties: {
    severity: { enum: ["fail", "warn", "info"] },
    expected: { type: "string", description: "what the specification lets one expect" },
    came: { type: "string", description: "what came instead" },
    clause: { type: "string", description: "where it is not the one in the case's id: RFC 6455 §5.1" },
  },
};

const frame: Schema = {
  description: "the fields of a frame (RFC 6455 §5.2)",
  type: "object",
  required: ["fin", "rsv", "opcode", "payloadLength", "headerLength", "payload"],
  properties: {
    fin: { type: "boolean" },
    rsv: { type: "integer", minimum: 0, maximum: 7, description: "RSV1 is 4, RSV2 is 2, RSV3 is 1" },
    opcode: { type: "integer", minimum: 0, maximum: 15 },
    maskingKey: { type: "string", pattern: "^[0-9a-f]{8}$", description: "absent when not masked" },
    payloadLength: count,
    headerLength: count,
    payload: { ...hexadecimal, description: "the first octets, unmasked" },
  },
};

const wireEntry: Schema = {
  description: "one thing that happened on a connection",
  type: "object",
  required: ["at", "connection", "direction", "summary"],
  properties: {
    at: { ...milliseconds, description: "milliseconds since the case began" },
    connection: { ...count, description: "which of the case's connections, from 1; 0 is about none of them" },
    direction: { enum: ["sent", "received", "event"], description: "seen from the suite" },
    summary: text,
    octets: { ...hexadecimal, description: "the first octets" },
    length: { ...count, description: "how many octets there were" },
    frame,
  },
};

const caseReport: Schema = {
  description: "one case of the run",
  type: "object",
  required: [
    ...["id", "title", "requirement", "level", "profile", "autobahn"],
    ...["verdict", "findings", "duration", "wire", "repeat"],
  ],
  properties: {
    id: { type: "string", pattern: "^[!-~]+$", description: "the clause and a number: rfc6455/5.5.1/3" },
    title: text,
    requirement: { type: "string", description: "the specification's sentence" },
    level: { enum: ["MUST", "SHOULD", "MAY"] },
    profile: { enum: ["core", "deflate", "handshake", "hostile", "h2", "perf", "jwt"] },
    autobahn: { type: "array", items: text, description: "the numbers of Autobahn|Testsuite" },
    verdict: { enum: verdicts },
    findings: { type: "array", items: finding },
    reason: { type: "string", description: "why there is no verdict on the peer" },
    duration: milliseconds,
    wire: { type: "array", items: wireEntry },
    repeat: { type: "string", description: "the command that repeats just this case" },
  },
};

/** The schema of a `RunReport`. */
export const reportSchema: Schema = {
  description: "one run of the conformance suite against one peer",
  type: "object",
  required: [
    ...["format", "role", "target", "suite", "startedAt", "duration"],
    ...["seed", "complete", "totals", "cases"],
  ],
  properties: {
    format: { const: REPORT_FORMAT },
    role: { enum: ["server", "client", "jwt"] },
    target: {
      type: "object",
      required: ["address"],
      properties: {
        address: { type: "string", description: "the URL, or the command" },
        name: { type: "string", description: "what it calls itself, or was called" },
      },
    },
    suite: {
      type: "object",
      required: ["name", "version"],
      properties: { name: text, version: text },
    },
    startedAt: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" },
    duration: milliseconds,
    seed: { type: "integer", description: "repeats what was chosen at random" },
    complete: { type: "boolean", description: "false when the run was ended early" },
    ended: { type: "string", description: "why it was ended early, or could not begin" },
    totals: {
      description: "counts by verdict",
      type: "object",
      required: verdicts,
      properties: Object.fromEntries(verdicts.map((verdict) => [verdict, count])),
    },
    cases: { type: "array", items: caseReport },
  },
};

/** Columns of a line in the file. */
const LINE = 110;

/** The file that is published. */
export function schemaFile(): string {
  const head = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:${REPORT_FORMAT.replace("/", ":")}`,
    title: `Barewire conformance report, ${REPORT_FORMAT}`,
  };
  return `${shortLists(JSON.stringify({ ...head, ...reportSchema }, null, 2))}\n`;
}

/** Lists of texts on one line where it holds them, as the formatter of this project has it. */
function shortLists(json: string): string {
  return json.replace(/^(.*)\[\n((?: *"[^"]*",?\n)+) *\](,?)$/gm, (whole, before, items, comma) => {
    const line = `${before}[${items.trim().replace(/\n */g, " ")}]${comma}`;
    return line.length <= LINE ? line : whole;
  });
}
