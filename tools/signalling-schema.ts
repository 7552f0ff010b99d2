/**
 * Generates what says in other languages what `src/signalling/protocol.ts` says: the JSON Schema, the AsyncAPI
 * document, and the tables in `docs/signalling.md`. With `--check` it only says whether they are up to date, and exits
 * 1 when they are not.
 */
import { readFileSync } from "node:fs";
import { keepGenerated } from "./generated-file.ts";
import { signallingAsyncApi } from "./signalling-schema/asyncapi.ts";
import { jsonFile } from "./signalling-schema/json-file.ts";
import { signallingSchema } from "./signalling-schema/json-schema.ts";
import { withTables } from "./signalling-schema/page-tables.ts";

const page = "docs/signalling.md";

keepGenerated("docs/signalling.schema.json", jsonFile(signallingSchema()));
keepGenerated("docs/signalling.asyncapi.json", jsonFile(signallingAsyncApi()));
keepGenerated(page, withTables(readFileSync(page, "utf8")));
