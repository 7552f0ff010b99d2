/** Where in which specification a case has its rule: ids such as `rfc6455/5.5.1/3` taken apart. */
import { sectionTitles } from "./section-titles.ts";

/** An id, taken apart. */
export interface Clause {
  /** All but the last part: `rfc6455/5.5.1`. Cases of one section have it in common. */
  readonly section: string;
  /** The last part: `3`. */
  readonly number: string;
  /** As one cites it: `RFC 6455 §5.5.1`; the section as it is where it is of no RFC. */
  readonly citation: string;
  /** What the section is called in the RFC: `Close`. */
  readonly title: string | undefined;
}

const overHttp2 = "h2:";

/** Takes the id of a case apart; one that is run over HTTP/2 (`h2:…`) says so in its citation. */
export function clauseOf(id: string): Clause {
  const slash = id.lastIndexOf("/");
  const section = slash === -1 ? id : id.slice(0, slash);
  const http2 = section.startsWith(overHttp2);
  const key = http2 ? section.slice(overHttp2.length) : section;
  const rfc = /^rfc(\d+)(?:\/(.+))?$/.exec(key);
  const place = rfc?.[2];
  const citation = rfc === null ? key : place === undefined ? `RFC ${rfc[1]}` : `RFC ${rfc[1]} §${place}`;
  return {
    section,
    number: slash === -1 ? id : id.slice(slash + 1),
    citation: http2 ? `${citation} over HTTP/2` : citation,
    title: Object.hasOwn(sectionTitles, key) ? sectionTitles[key] : undefined,
  };
}

/** Where a citation can be read: of `RFC 6455 §5.5.1` its section at the RFC Editor; undefined of anything else. */
export function addressOf(citation: string): string | undefined {
  const found = /^RFC (\d{1,5})(?: §([A-Z]|\d+)((?:\.\d+)*))?(?: over HTTP\/2)?$/.exec(citation);
  if (found === null) return undefined;
  const [, number, chapter, rest] = found;
  const kind = /[A-Z]/.test(chapter ?? "") ? "appendix" : "section";
  return `https://www.rfc-editor.org/rfc/rfc${number}${chapter === undefined ? "" : `#${kind}-${chapter}${rest}`}`;
}
