import { duplexPair } from "node:stream";
import { expect, it } from "vitest";
import { finalResponse } from "../../../src/conformance/peer/acceptance.ts";
import { Connection } from "../../../src/conformance/peer/connection.ts";
import { OctetStream } from "../../../src/conformance/peer/octet-stream.ts";
import { WireLog } from "../../../src/conformance/wire/wire-log.ts";

it.each<[number, boolean]>([
  [99, true],
  [100, true],
  [101, false],
])("after %i responses that only announce one, the final one is found: %s", async (times, found) => {
  const [ours, theirs] = duplexPair();
  const log = new WireLog(() => 0);
  const connection = new Connection(new OctetStream(ours), { log, number: 1, patience: 1_000 });
  theirs.write(`${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(times)}HTTP/1.1 404 Not Found\r\n\r\n`);
  const response = await connection.readHead("an answer");
  const final = finalResponse({ connection, key: "", response });
  if (found) expect((await final)?.status).toBe(404);
  else await expect(final).rejects.toMatchObject({ level: "MUST", came: "101 that only announce one" });
});
