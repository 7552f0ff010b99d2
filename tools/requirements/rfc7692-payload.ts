/** RFC 7692 §7.2 to §8: compressing and decompressing. */
import type { Requirement } from "./requirement.ts";

export const payload: readonly Requirement[] = [
  {
    section: "7.2.1",
    role: "both",
    level: "definition",
    quote: "An endpoint uses the following algorithm to compress a message.",
  },
  {
    section: "7.2.1",
    role: "both",
    level: "step",
    quote: "Compress all the octets of the payload of the message using DEFLATE.",
  },
  {
    section: "7.2.1",
    role: "both",
    level: "step",
    quote: "If the resulting data does not end with an empty DEFLATE block with no compression … append an empty DEFLATE block with no compression to the tail end.",
  },
  {
    section: "7.2.1",
    role: "both",
    level: "step",
    quote: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end.",
  },
  {
    section: "7.2.1",
    role: "both",
    quote: "When any DEFLATE block with the \"BFINAL\" bit set to 1 doesn't end at a byte boundary, an endpoint MUST add minimal padding bits of 0",
  },
  {
    section: "7.2.1",
    role: "both",
    quote: "Note that for non-final fragments, the removal of 0x00 0x00 0xff 0xff MUST NOT be done.",
  },
  {
    section: "7.2.1",
    role: "both",
    quote: "An endpoint MUST NOT use an LZ77 sliding window longer than 32,768 bytes to compress messages to send.",
  },
  {
    section: "7.2.1",
    role: "client",
    quote: "If the \"agreed parameters\" contain the \"client_no_context_takeover\" extension parameter, the client MUST start compressing each new message with an empty LZ77 sliding window.",
  },
  {
    section: "7.2.1",
    role: "server",
    quote: "If the \"agreed parameters\" contain the \"server_no_context_takeover\" extension parameter, the server MUST start compressing each new message with an empty LZ77 sliding window.",
  },
  {
    section: "7.2.1",
    role: "client",
    quote: "If the \"agreed parameters\" contain the \"client_max_window_bits\" extension parameter with a value of w, the client MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes",
  },
  {
    section: "7.2.1",
    role: "server",
    quote: "If the \"agreed parameters\" contain the \"server_max_window_bits\" extension parameter with a value of w, the server MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes",
  },
  {
    section: "7.2.2",
    role: "both",
    level: "step",
    quote: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message.",
  },
  {
    section: "7.2.2",
    role: "both",
    level: "step",
    quote: "Decompress the resulting data using DEFLATE.",
  },
  {
    section: "7.2.2",
    role: "client",
    quote: "Otherwise, the client MUST decompress each new message using the LZ77 sliding window used to process the last compressed message.",
  },
  {
    section: "7.2.2",
    role: "server",
    quote: "Otherwise, the server MUST decompress each new message using the LZ77 sliding window used to process the last compressed message.",
  },
  {
    section: "7.2.2",
    role: "server",
    quote: "even if the client has included the \"client_no_context_takeover\" extension parameter in its offer, the server MUST decompress … using the LZ77 sliding window used to process the last … if the \"agreed parameters\" don't contain",
  },
  {
    section: "7.2.2",
    role: "client",
    quote: "Otherwise, the client MUST use a 32,768-byte LZ77 sliding window to decompress received messages.",
  },
  {
    section: "7.2.2",
    role: "server",
    quote: "Otherwise, the server MUST use a 32,768-byte LZ77 sliding window to decompress received messages.",
  },
  {
    section: "7.2.2",
    role: "client",
    quote: "even if the client has included in its offer … a value smaller than one in the \"agreed parameters\", the client MUST use an LZ77 sliding window of a size that conforms the \"agreed parameters\" to compress messages to send.",
  },
  {
    section: "7.2.3.2",
    role: "both",
    level: "definition",
    quote: "Note that even if some uncompressed messages (with the RSV1 bit unset) are inserted … they don't affect the LZ77 sliding window.",
  },
  {
    section: "7.2.3.4",
    role: "both",
    level: "definition",
    quote: "This is the payload of a message containing \"Hello\" compressed using a DEFLATE block with \"BFINAL\" set to 1.",
  },
  {
    section: "7.3",
    role: "both",
    quote: "To obtain a useful compression ratio, an LZ77 sliding window size of 1,024 or more is RECOMMENDED.",
  },
  {
    section: "8",
    role: "both",
    level: "should",
    quote: "There is a known exploit when history-based compression is combined with a secure transport [CRIME]. Implementors should pay attention to this point",
  },
];
