/** One answer of an HTTP server, fetched to be compared with another's or given by it. */
import { get } from "node:http";

/** What a server answered. */
export interface Answer {
  readonly status: number;
  /** Without `Date`, whose value changes, and without what node:http adds by itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const added = new Set(["date", "connection", "keep-alive"]);

/** Asks once. */
export function fetchAnswer(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
      });
      response.on("error", reject);
      response.on("end", () => {
        const headers = Object.entries(response.headers).filter(([name]) => !added.has(name));
        resolve({
          status: response.statusCode!,
          headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
          body,
        });
      });
    });
    request.on("error", reject);
  });
}
