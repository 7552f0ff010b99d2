/** Fragments (RFC 6455 §5.4). */

export const fragmentation = [
  {
    name: "accepts-continuations-of-nothing",
    breaks: "ignores continuations where no message has begun",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/61-71"],
  },
  {
    name: "accepts-messages-within-messages",
    breaks: "begins a message although another has not ended",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/81-85"],
  },
  {
    name: "takes-each-fragment-for-a-message",
    breaks: "echoes each fragment by itself",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/1-10,41", "rfc6455/5.6/2-7,102"],
  },
  {
    name: "keeps-the-last-fragment-alone",
    breaks: "echoes the last fragment in place of the message",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/1-3,5-9,41", "rfc6455/5.6/2-7,102"],
  },
  {
    name: "takes-an-empty-fragment-for-the-last",
    breaks: "ends a message at a fragment without payload",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/4,5,8,10", "rfc6455/5.6/7"],
  },
  {
    name: "takes-fragmented-messages-for-text",
    breaks: "forgets the opcode of the first fragment",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/7,8,26,41"],
  },
  {
    name: "takes-at-most-50-fragments",
    breaks: "refuses messages of more than 50 fragments",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/6,9,10", "rfc6455/6.2/21-26,31-36", "rfc6455/10.4/103,104"],
  },
  {
    name: "forgets-the-message-at-control-frames",
    breaks: "loses an unfinished message when a control frame comes",
    rule: "RFC 6455 §5.4",
    role: "either",
    cases: ["rfc6455/5.4/21-26", "rfc6455/5.5.2/2,8"],
  },
] as const;
