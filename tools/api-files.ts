/**
 * Generates the collections of requests from the operations of the API. With `--check` it only says whether they are
 * up to date, and exits 1 when they are not.
 */
import { httpFile } from "./api-files/http-file.ts";
import { postmanCollection } from "./api-files/postman.ts";
import { keepGenerated } from "./generated-file.ts";

keepGenerated("docs/api.http", httpFile());
keepGenerated("docs/barewire.postman_collection.json", postmanCollection());
