/** What a document of OpenAPI says about requests and responses, put to the test. */
import { createRequire } from "node:module";
import { pathTemplate } from "../../src/http/openapi/openapi.ts";

/** Any depth of a document without saying its type at each step. */
// biome-ignore lint/suspicious/noExplicitAny: a document is JSON
export type Json = any;

interface Ajv {
  addSchema(schema: unknown, key: string): void;
  validate(schema: unknown, data: unknown): boolean;
  errorsText(): string;
}

// The validator of JSON Schema that the validator of OpenAPI works with.
const dependency = createRequire(import.meta.resolve("@seriousme/openapi-schema-validator"));
const { default: Ajv2020 } = dependency("ajv/dist/2020.js") as { default: new (options: object) => Ajv };

/** The schemas of a document. */
export class DocumentSchemas {
  readonly document: Json;
  readonly #ajv: Ajv;

  constructor(document: unknown) {
    this.document = JSON.parse(JSON.stringify(document));
    this.#ajv = new Ajv2020({
      strict: false,
      formats: { password: true, "uri-reference": true, uuid: true },
    });
    this.#ajv.addSchema(this.document, "document");
  }

  /** What is wrong with `content` as the request of an operation; undefined when nothing is. */
  faultOfRequest(method: string, pattern: string, type: string, content: unknown): string | undefined {
    const pointer = [
      "paths",
      pathTemplate(pattern),
      method.toLowerCase(),
      "requestBody",
      "content",
      type,
      "schema",
    ];
    return this.#fault(pointer, content);
  }

  /** What is wrong with a response; undefined when nothing is. */
  faultOfResponse(
    method: string,
    pattern: string,
    response: { readonly status: number; readonly type: string | undefined; readonly text: string },
  ): string | undefined {
    const { status, type, text } = response;
    const own = ["paths", pathTemplate(pattern), method.toLowerCase(), "responses", String(status)];
    const described = this.#at(own);
    if (described === undefined) return `${status} is not documented`;
    const pointer = described.$ref === undefined ? own : (described.$ref as string).split("/").slice(1);
    const content = this.#at(pointer).content;
    if (content === undefined) return text === "" ? undefined : `${status} has no content`;
    const media = type?.split(";")[0] ?? "";
    if (content[media] === undefined) return `${status} is not of type ${media}`;
    if (!media.endsWith("json")) return undefined;
    return this.#fault([...pointer, "content", media, "schema"], JSON.parse(text));
  }

  /** Each schema of the document that has examples, by its name, with them. */
  get examples(): readonly (readonly [name: string, examples: readonly unknown[]])[] {
    const { schemas } = this.document.components as { readonly schemas: Json };
    return Object.keys(schemas)
      .filter((name) => schemas[name].examples !== undefined)
      .map((name) => [name, schemas[name].examples]);
  }

  /** What is wrong with `value` by one of the schemas of the document. */
  faultOf(schema: string, value: unknown): string | undefined {
    return this.#fault(["components", "schemas", schema], value);
  }

  #fault(pointer: readonly string[], value: unknown): string | undefined {
    if (this.#at(pointer) === undefined) return `there is no ${pointer.join(" ")}`;
    const escaped = pointer.map((name) =>
      encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1")),
    );
    const valid = this.#ajv.validate({ $ref: `document#/${escaped.join("/")}` }, value);
    return valid ? undefined : this.#ajv.errorsText();
  }

  #at(pointer: readonly string[]): Json {
    return pointer.reduce<Json>((value, name) => value?.[name], this.document);
  }
}
