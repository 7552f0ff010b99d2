/**
 * RFC 6455 §8.1: octets that are not UTF-8, each as one text message. What they are is said in the words of the
 * well-known stress test for decoders by Markus Kuhn, which Autobahn|Testsuite follows as well.
 */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { Opcode } from "../../wire/frame.ts";
import { both, type CaseInSection } from "../section.ts";
import { violates } from "../violating.ts";

const notUtf8 =
  "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_.";

/** @param octets in hexadecimal */
type Row = readonly [number: number, autobahn: string, octets: string];

interface Family {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The octets from `first` to `last`, each followed by `behind`. */
function range(first: number, last: number, behind = ""): string {
  let octets = "";
  for (let octet = first; octet <= last; octet++) octets += octet.toString(16) + behind;
  return octets;
}

/** The last octet of each sequence is missing, in the shortest and in the longest of each length. */
const incomplete = [
  "c0",
  "e080",
  "f08080",
  "f8808080",
  "fc80808080",
  "df",
  "efbf",
  "f7bfbf",
  "fbbfbfbf",
  "fdbfbfbfbf",
] as const;

const families: readonly Family[] = [
  {
    title: "a Greek word that ends within a character",
    rows: [
      [1, "6.6.1", "ce"],
      [2, "6.6.3", "cebae1"],
      [3, "6.6.4", "cebae1bd"],
      [4, "6.6.6", "cebae1bdb9cf"],
      [5, "6.6.8", "cebae1bdb9cf83ce"],
      [6, "6.6.10", "cebae1bdb9cf83cebcce"],
    ],
  },
  {
    title: "the first sequence of five, and of six octets",
    rows: [
      [11, "6.8.1", "f888808080"],
      [12, "6.8.2", "fc8480808080"],
    ],
  },
  {
    title: "the last sequence of four, of five and of six octets",
    rows: [
      [13, "6.10.1", "f7bfbfbf"],
      [14, "6.10.2", "fbbfbfbfbf"],
      [15, "6.10.3", "fdbfbfbfbfbf"],
    ],
  },
  { title: "U+110000, one more than there is", rows: [[16, "6.11.5", "f4908080"]] },
  {
    title: "continuation octets that continue nothing",
    rows: [
      [21, "6.12.1", "80"],
      [22, "6.12.2", "bf"],
      [23, "6.12.3", "80bf"],
      [24, "6.12.4", "80bf80"],
      [25, "6.12.5", "80bf80bf"],
      [26, "6.12.6", "80bf80bf80"],
      [27, "6.12.7", "80bf80bf80bf"],
      [28, "6.12.8", range(0x80, 0xbe)],
    ],
  },
  {
    title: "first octets of sequences, each with a space behind it",
    rows: [
      [31, "6.13.1", range(0xc0, 0xde, "20")],
      [32, "6.13.2", range(0xe0, 0xee, "20")],
      [33, "6.13.3", range(0xf0, 0xf6, "20")],
      [34, "6.13.4", range(0xf8, 0xfa, "20")],
      [35, "6.13.5", range(0xfc, 0xfc, "20")],
    ],
  },
  {
    title: "a sequence without its last octet",
    rows: incomplete.map((octets, i): Row => [41 + i, `6.14.${i + 1}`, octets]),
  },
  { title: "ten such sequences in a row", rows: [[51, "6.15.1", incomplete.join("")]] },
  {
    title: "octets that are in no sequence",
    rows: [
      [52, "6.16.1", "fe"],
      [53, "6.16.2", "ff"],
      [54, "6.16.3", "fefeffff"],
    ],
  },
  {
    title: "a slash in more octets than it needs",
    rows: [
      [61, "6.17.1", "c0af"],
      [62, "6.17.2", "e080af"],
      [63, "6.17.3", "f08080af"],
      [64, "6.17.4", "f8808080af"],
      [65, "6.17.5", "fc80808080af"],
    ],
  },
  {
    title: "the highest code point that has one octet too many",
    rows: [
      [66, "6.18.1", "c1bf"],
      [67, "6.18.2", "e09fbf"],
      [68, "6.18.3", "f08fbfbf"],
      [69, "6.18.4", "f887bfbfbf"],
      [70, "6.18.5", "fc83bfbfbfbf"],
    ],
  },
  {
    title: "U+0000 in more octets than it needs",
    rows: [
      [71, "6.19.1", "c080"],
      [72, "6.19.2", "e08080"],
      [73, "6.19.3", "f0808080"],
      [74, "6.19.4", "f880808080"],
      [75, "6.19.5", "fc8080808080"],
    ],
  },
  {
    title: "half of a surrogate pair",
    rows: [
      [81, "6.20.1", "eda080"],
      [82, "6.20.2", "edadbf"],
      [83, "6.20.3", "edae80"],
      [84, "6.20.4", "edafbf"],
      [85, "6.20.5", "edb080"],
      [86, "6.20.6", "edbe80"],
      [87, "6.20.7", "edbfbf"],
    ],
  },
  {
    title: "a surrogate pair, each half in UTF-8",
    rows: [
      [91, "6.21.1", "eda080edb080"],
      [92, "6.21.2", "eda080edbfbf"],
      [93, "6.21.3", "edadbfedb080"],
      [94, "6.21.4", "edadbfedbfbf"],
      [95, "6.21.5", "edae80edb080"],
      [96, "6.21.6", "edae80edbfbf"],
      [97, "6.21.7", "edafbfedb080"],
      [98, "6.21.8", "edafbfedbfbf"],
    ],
  },
];

export const invalidSequences: readonly Case<Trial>[] = both(
  "rfc6455/8.1",
  { profile: "core", overHttp2: true },
  families.flatMap(({ title, rows }) =>
    rows.map(
      ([number, autobahn, octets]): CaseInSection<Trial> => ({
        number,
        title: `${title} (${spaced(octets)})`,
        requirement: notUtf8,
        level: "MUST",
        autobahn: [autobahn],
        run: async (trial) => {
          const frames = [{ opcode: Opcode.Text, payload: Buffer.from(octets, "hex") }];
          await violates(trial, { frames, codes: [1007] });
        },
      }),
    ),
  ),
);

/** `eda080` as `ed a0 80`; of many, the first. */
function spaced(octets: string): string {
  const shown = octets.slice(0, 24).replace(/..(?=.)/g, "$& ");
  return octets.length > 24 ? `${shown} …` : shown;
}
