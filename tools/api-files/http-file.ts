/** The walk as a file for the REST Client of VS Code (https://github.com/Huachao/vscode-restclient). */
import { type Content, type Credentials, variables, type WalkRequest, walk } from "./walk.ts";

const introduction = `# The API of Barewire, for the REST Client of VS Code: "Send Request" above each, from the top to the bottom.
# Generated from the operations of the API: node tools/api-files.ts
`;

/** The text of `docs/api.http`. */
export function httpFile(): string {
  const set = Object.entries(variables).map(([name, value]) => `@${name} = ${value}`);
  // Which request has answered with a variable last.
  const captured = new Map<string, string>();
  const requests = walk.map((request) => {
    const text = requestText(request).replace(
      /\{\{(\w+)\}\}/g,
      (all, name: string) => captured.get(name) ?? all,
    );
    for (const [name, member] of Object.entries(request.captures)) {
      captured.set(name, `{{${request.name}.response.body.$.${member}}}`);
    }
    return text;
  });
  return `${introduction}\n${set.join("\n")}\n\n${requests.join("\n")}`;
}

function requestText({ operation, name, title, path, credentials, content }: WalkRequest): string {
  const fields = [...authorization(credentials), ...(content ? [`Content-Type: ${content.type}`] : [])];
  return [
    `### ${title}`,
    `# @name ${name}`,
    `${operation.method} {{origin}}${path}`,
    ...fields,
    ...(content ? ["", contentText(content)] : []),
    "",
  ].join("\n");
}

/** REST Client encodes a name and a password by itself. */
function authorization(credentials: Credentials): readonly string[] {
  if (credentials === "none") return [];
  if (credentials === "basic") return ["Authorization: Basic {{username}}:{{password}}"];
  return [`Authorization: Bearer ${credentials.bearer}`];
}

function contentText({ type, members }: Content): string {
  if (type === "application/json") return JSON.stringify(members, undefined, 2);
  return Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
