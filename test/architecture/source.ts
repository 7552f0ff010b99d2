/**
 * Reads of a TypeScript file what the architecture rules need: what it imports, which global names it uses as
 * values, and how long its functions are.
 *
 * It works on the syntax tree (the parser comes with vitest), not on the text: a name in a comment, in a
 * string, in a type or after a dot is not a use of the global of that name.
 */
import { parseAst } from "vitest/node";

/** One way in which a file names another module. */
export interface Import {
  /** Undefined: a dynamic import of something computed, which nobody can check. */
  readonly specifier: string | undefined;
  /** Erased before the program runs: `import type`, `export type`, `import("…").Type`. */
  readonly typeOnly: boolean;
  /** Loaded when the program comes to it: `import("…")` as an expression. */
  readonly dynamic: boolean;
  /** The imported names that exist at run time; `*` for the module as a whole, none for a side effect. */
  readonly names: readonly string[];
  readonly line: number;
}

/** A global used as a value: `process`, or with its member `Math.random`; `new Date()` and `Date()` as such. */
export interface Global {
  /** The identifier itself: `Math` of `Math.random`. */
  readonly root: string;
  readonly name: string;
  readonly line: number;
}

/** A function, method or arrow function with a body. */
export interface Routine {
  readonly line: number;
  readonly lines: number;
}

/** What a file is made of, as far as the rules care. */
export interface Source {
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly globals: readonly Global[];
  readonly routines: readonly Routine[];
}

/** A node of the syntax tree (ESTree with TypeScript), with those of its fields that are read here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  readonly value?: unknown;
  readonly computed?: boolean;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly id?: Node | null;
  readonly key?: Node;
  readonly local?: Node;
  readonly imported?: Node;
  readonly source?: Node | null;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly param?: Node | null;
  readonly left?: Node;
  readonly argument?: Node | null;
  readonly body?: unknown;
  readonly params?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly specifiers?: readonly Node[];
  readonly elements?: readonly (Node | null)[];
  readonly properties?: readonly Node[];
}

/** @throws {Error} when `text` is not TypeScript */
export function readSource(text: string): Source {
  const reader = new Reader(text);
  reader.visit(parseAst(text, { lang: "ts" }) as unknown as Node, false);
  const { imports, routines, declared } = reader;
  // A name the file declares itself, wherever it does so, is not the global of that name.
  const globals = reader.uses.filter(({ root }) => !declared.has(root));
  return { lines: text.trimEnd().split("\n").length, imports, globals, routines };
}

class Reader {
  readonly imports: Import[] = [];
  readonly uses: Global[] = [];
  readonly routines: Routine[] = [];
  readonly declared = new Set<string>();
  /** The line of each character. */
  readonly #lines: Uint32Array;

  constructor(text: string) {
    this.#lines = new Uint32Array(text.length + 1);
    for (let at = 0, line = 1; at <= text.length; at++) {
      this.#lines[at] = line;
      if (text[at] === "\n") line++;
    }
  }

  visit(node: Node, inType: boolean): void {
    const erased = inType || isTypeSyntax(node);
    this.#readImport(node);
    if (!erased) this.#readDeclaration(node);
    this.#readRoutine(node);
    if (!erased && this.#readUse(node)) return;
    for (const child of childrenOf(node)) this.visit(child, erased);
  }

  #readImport(node: Node): void {
    const line = this.#line(node.start);
    const source = node.source?.value;
    const specifier = typeof source === "string" ? source : undefined;
    switch (node.type) {
      case "ImportExpression":
        this.imports.push({ specifier, typeOnly: false, dynamic: true, names: ["*"], line });
        break;
      case "TSImportType":
        this.imports.push({ specifier, typeOnly: true, dynamic: false, names: [], line });
        break;
      case "ExportAllDeclaration":
        this.imports.push({
          specifier,
          typeOnly: node.exportKind === "type",
          dynamic: false,
          names: ["*"],
          line,
        });
        break;
      case "ImportDeclaration":
      case "ExportNamedDeclaration": {
        if (specifier === undefined) break;
        const kind = node.importKind ?? node.exportKind;
        const names = kind === "type" ? [] : (node.specifiers ?? []).filter(isValue).map(importedName);
        // `import { type A } from` leaves `import {} from` behind, so it still loads the module.
        this.imports.push({ specifier, typeOnly: kind === "type", dynamic: false, names, line });
      }
    }
  }

  #readDeclaration(node: Node): void {
    switch (node.type) {
      case "ImportDeclaration":
        for (const specifier of (node.specifiers ?? []).filter(isValue)) this.#declare(specifier.local);
        break;
      case "VariableDeclarator":
      case "ClassDeclaration":
      case "ClassExpression":
        this.#declare(node.id);
        break;
      case "CatchClause":
        this.#declare(node.param);
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#declare(node.id);
        for (const parameter of node.params ?? []) this.#declare(parameter);
    }
  }

  /** Declares every name of a binding pattern. */
  #declare(pattern: Node | null | undefined): void {
    if (!pattern) return;
    if (pattern.type === "Identifier") this.declared.add(pattern.name ?? "");
    this.#declare(pattern.argument);
    this.#declare(pattern.left);
    for (const element of pattern.elements ?? []) this.#declare(element);
    for (const property of pattern.properties ?? []) {
      this.#declare(property.type === "RestElement" ? property : (property.value as Node));
    }
  }

  #readRoutine(node: Node): void {
    if (!/^(Function|ArrowFunction)/.test(node.type) || !isNode(node.body)) return;
    const line = this.#line(node.start);
    this.routines.push({ line, lines: this.#line(node.end) - line + 1 });
  }

  /** Records the use of a global; true when nothing below the node is left to look at. */
  #readUse(node: Node): boolean {
    switch (node.type) {
      case "Identifier":
        this.#use(node, "");
        return false;
      case "NewExpression":
      case "CallExpression":
        return this.#readCall(node);
      case "MemberExpression":
        return this.#readMember(node);
    }
    return false;
  }

  /** `Date` with arguments is a calculation, without them it is a clock. */
  #readCall(node: Node): boolean {
    if (node.callee?.name !== "Date") return false;
    const parameters = node.arguments ?? [];
    const isCall = node.type === "CallExpression";
    if (isCall || parameters.length === 0) this.#use(node.callee, isCall ? "()" : " without arguments");
    for (const parameter of parameters) this.visit(parameter, false);
    return true;
  }

  #readMember({ object, property, computed }: Node): boolean {
    if (object?.type !== "Identifier") return false;
    const name = computed ? property?.value : property?.name;
    this.#use(object, `.${typeof name === "string" ? name : "*"}`);
    if (computed && property) this.visit(property, false);
    return true;
  }

  #use(identifier: Node, rest: string): void {
    const root = identifier.name ?? "";
    this.uses.push({ root, name: `${root}${rest}`, line: this.#line(identifier.start) });
  }

  #line(offset: number): number {
    return this.#lines[offset] ?? 1;
  }
}

/** The parts of a node that may hold a value or a type: not its labels, nor the names of its properties. */
function childrenOf(node: Node): readonly Node[] {
  return Object.entries(node).flatMap(([field, value]) => {
    const isName = ["key", "property"].includes(field) && node.computed !== true;
    const isLabel = field === "label" || node.type === "MetaProperty";
    const isFromElsewhere = field === "specifiers" && isNode(node.source);
    const isExportedAs = node.type === "ExportSpecifier" && field === "exported";
    if (isName || isLabel || isFromElsewhere || isExportedAs) return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

/** Types, and not the expressions that merely carry one (`x as T`, `x!`, `x satisfies T`). */
function isTypeSyntax(node: Node): boolean {
  const carriers = ["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression", "TSTypeAssertion"];
  const typeExport = node.exportKind === "type" || node.importKind === "type";
  return typeExport || (node.type.startsWith("TS") && !carriers.includes(node.type));
}

function isValue(specifier: Node): boolean {
  return specifier.importKind !== "type" && specifier.exportKind !== "type";
}

/** The name a specifier has in the module it comes from. */
function importedName(specifier: Node): string {
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  const name = specifier.imported ?? specifier.local;
  return name?.name ?? String(name?.value);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
