/** `docs/problems.md`: every problem that a server of ours can answer with, from the table that the types hold complete. */
import { problemType } from "../src/http/message/problem.ts";
import { type ProblemCode, problemCodes } from "../src/http/message/problem-codes.ts";
import { reasonPhrase } from "../src/http/message/response.ts";

const areas: Readonly<Record<string, string>> = {
  http: "The request itself",
  account: "Accounts",
  auth: "Who is asking",
  token: "Access tokens",
  refresh: "Refresh tokens",
  session: "Sessions",
  ticket: "Tickets for sockets",
  rooms: "Rooms",
  store: "The store",
};

/** The page. */
export function renderProblems(): string {
  const codes = Object.keys(problemCodes) as ProblemCode[];
  const sections = [...new Set(codes.map(areaOf))].map((area) => {
    const rows = codes.filter((code) => areaOf(code) === area).map(rowOf);
    return `## ${areas[area] ?? area}\n\n| Code | Status | What it means |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `${introduction}\n${sections.join("\n")}`;
}

function areaOf(code: ProblemCode): string {
  return code.split("/", 1)[0]!;
}

function rowOf(code: ProblemCode): string {
  const { status, meaning } = problemCodes[code];
  return `| \`${code}\` | ${status} ${reasonPhrase(status)} | ${meaning} |`;
}

const introduction = `<!-- Made by tools/problems.ts of the table in src/http/message/problem-codes.ts. -->

# Problems

Every refusal is \`application/problem+json\` (RFC 9457), such as

\`\`\`json
${JSON.stringify(
  {
    type: problemType("token/expired"),
    title: reasonPhrase(problemCodes["token/expired"].status),
    status: problemCodes["token/expired"].status,
    detail: "The token has expired.",
    code: "token/expired",
  },
  null,
  2,
)}
\`\`\`

Branch on \`type\`, or on \`code\`, which says the same in fewer letters: \`type\` is \`urn:barewire:problem:\` and the code,
with ":" for "/". Neither changes between versions; a new one comes with a new status or a new reason. \`title\` and \`detail\`
are for people and may change at any time. The field \`x-request-id\` of the response names the request in the server's
log.
`;
