/** Imported first, leads `barewire/…` to this repository's sources: what is tested is what is here, not what was built. */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const folder = /^barewire\/(.+)$/.exec(specifier)?.[1];
    const path =
      folder === undefined ? undefined : new URL(`../../../src/${folder}/index.ts`, import.meta.url);
    return next(path?.href ?? specifier, context);
  },
});
