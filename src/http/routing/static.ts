/**
 * Files below one folder, and nothing outside of it.
 *
 * A path goes through two gates: its segments must be plain names (no "..", no "\", no NUL, nothing
 * hidden), and what they lead to, symbolic links resolved, must still lie below the root. A file is opened
 * first and asked second, so that what is described is what is sent.
 */
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Handler, HttpRequest } from "../message/handler.ts";
import { problem } from "../message/problem.ts";
import type { HttpResponse, ResponseHeaders } from "../message/response.ts";
import { pageHeaders } from "../message/security-headers.ts";
import { hasControl } from "../message/target.ts";
import { fileEntityTag, matchesEntityTag } from "./conditional.ts";
import { mediaTypeOf } from "./media-types.ts";

/** How files are found and sent; everything has a default. */
export interface StaticOptions {
  /** The part of the path that names no folder ("/files/"). Ends with "/"; "/" by default. */
  readonly prefix?: string | undefined;
  /** The file that a path ending in "/" means. */
  readonly index?: string | undefined;
  /** Sent with every file; {@link pageHeaders} by default. */
  readonly headers?: ResponseHeaders | undefined;
}

/**
 * A handler that answers GET and HEAD with the files of `root`. Every answer is to be revalidated before
 * it is used again (`Cache-Control: no-cache`), which costs a 304 and never shows an old page.
 *
 * @param root a folder; it need not exist until the first request
 */
export function staticFiles(root: string, options: StaticOptions = {}): Handler {
  const { prefix = "/", index = "index.html", headers = pageHeaders() } = options;
  return async (request) => {
    const segments = plainSegments(request.path, prefix, index);
    const file = segments && (await openBelow(root, segments));
    if (!file) return problem(404, { code: "http/not-found", detail: "There is nothing at this path." });
    return answer(request, file, mediaTypeOf(segments.at(-1)!), headers);
  };
}

/** The names on the way to a file; undefined when one of them could mean more than a name. */
function plainSegments(path: string, prefix: string, index: string): readonly string[] | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const segments = path.slice(prefix.length).split("/");
  if (segments.at(-1) === "") segments[segments.length - 1] = index;
  // ":" would be a drive or a stream on Windows; a leading dot is "..", or somebody's secrets.
  const plain = segments.every((name) => name !== "" && !/^\.|[\\:]/.test(name) && !hasControl(name));
  return plain ? segments : undefined;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
}

/** Opens a regular file below `root`; undefined when there is none. */
async function openBelow(root: string, segments: readonly string[]): Promise<OpenFile | undefined> {
  try {
    const base = await realpath(root);
    const path = await realpath(join(base, ...segments));
    if (!path.startsWith(base.endsWith(sep) ? base : base + sep)) return undefined;
    return await openRegular(path);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

// O_NOFOLLOW: a link that took the file's place meanwhile is not followed. O_NONBLOCK: opening a FIFO
// does not wait for its writer. Windows has neither.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function openRegular(path: string): Promise<OpenFile | undefined> {
  const handle = await open(path, FLAGS);
  try {
    const stat = await handle.stat({ bigint: true });
    if (stat.isFile()) return { handle, stat };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** The errors of the file system that mean "not here" or "not yours". */
function isNoFile(error: unknown): boolean {
  const codes = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG", "EISDIR", "ENXIO"];
  return error instanceof Error && "code" in error && codes.includes(error.code as string);
}

async function answer(
  request: HttpRequest,
  { handle, stat }: OpenFile,
  mediaType: string,
  headers: ResponseHeaders,
): Promise<HttpResponse> {
  const etag = fileEntityTag(stat);
  // RFC 9110 §15.4.5: a 304 has the ETag and the Cache-Control of the 200, and no Content-Type.
  const always = { ...headers, etag, "cache-control": "no-cache" };
  if (matchesEntityTag(request.headers["if-none-match"], etag)) {
    await handle.close();
    return { status: 304, headers: always };
  }
  const described = { ...always, "content-type": mediaType, "content-length": String(stat.size) };
  if (request.method === "HEAD" || stat.size === 0n) {
    await handle.close();
    return { status: 200, headers: described };
  }
  // Up to the size we announced, even if the file grows while it is read.
  return { status: 200, headers: described, body: handle.createReadStream({ end: Number(stat.size) - 1 }) };
}
