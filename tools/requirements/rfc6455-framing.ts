/** RFC 6455 §5.1 to §5.3: frames and their masking. */
import type { Requirement } from "./requirement.ts";

export const framing: readonly Requirement[] = [
  {
    section: "5.1",
    role: "client",
    quote: "a client MUST mask all frames that it sends to the server",
  },
  {
    section: "5.1",
    role: "server",
    quote: "The server MUST close the connection upon receiving a frame that is not masked.",
  },
  {
    section: "5.1",
    role: "server",
    quote: "A server MUST NOT mask any frames that it sends to the client.",
  },
  {
    section: "5.1",
    role: "client",
    quote: "A client MUST close a connection if it detects a masked frame.",
  },
  {
    section: "5.2",
    role: "both",
    quote: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values.",
  },
  {
    section: "5.2",
    role: "both",
    quote: "If a nonzero value is received and none of the negotiated extensions defines the meaning … the receiving endpoint MUST _Fail the WebSocket Connection_.",
  },
  {
    section: "5.2",
    role: "both",
    quote: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_.",
  },
  {
    section: "5.2",
    role: "both",
    quote: "the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0) are the payload length.",
  },
  {
    section: "5.2",
    role: "both",
    level: "definition",
    quote: "Multibyte length quantities are expressed in network byte order.",
  },
  {
    section: "5.2",
    role: "both",
    quote: "Note that in all cases, the minimal number of bytes MUST be used to encode the length",
  },
  {
    section: "5.2",
    role: "other",
    quote: "Any extension MUST specify the length of the \"Extension data\" … and how the extension use MUST be negotiated during the opening handshake.",
    reason: "Binds the authors of extensions. The only one we speak, permessage-deflate, has no \"Extension data\".",
  },
  {
    section: "5.2",
    role: "both",
    quote: "frame-rsv1 = %x0 / %x1 ; 1 bit in length, MUST be 0 unless ; negotiated otherwise",
  },
  {
    section: "5.2",
    role: "both",
    quote: "frame-rsv2 = %x0 / %x1 ; 1 bit in length, MUST be 0 unless ; negotiated otherwise",
  },
  {
    section: "5.2",
    role: "both",
    quote: "frame-rsv3 = %x0 / %x1 ; 1 bit in length, MUST be 0 unless ; negotiated otherwise",
  },
  {
    section: "5.3",
    role: "client",
    quote: "A masked frame MUST have the field frame-masked set to 1",
  },
  {
    section: "5.3",
    role: "client",
    quote: "When preparing a masked frame, the client MUST pick a fresh masking key from the set of allowed 32-bit values.",
  },
  {
    section: "5.3",
    role: "client",
    quote: "the masking key MUST be derived from a strong source of entropy, and the masking key for a given frame MUST NOT make it simple … to predict the masking key for a subsequent frame.",
  },
  {
    section: "5.3",
    role: "both",
    level: "definition",
    quote: "Octet i of the transformed data (\"transformed-octet-i\") is the XOR of octet i of the original data … with octet at index i modulo 4 of the masking key",
  },
];
