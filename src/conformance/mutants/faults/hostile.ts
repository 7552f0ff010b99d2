/** Limits (RFC 6455 §10.4). */

export const hostile = [
  {
    name: "reads-heads-of-any-size",
    breaks: "takes heads of any size",
    rule: "RFC 6455 §10.4",
    role: "server",
    cases: ["rfc6455/10.4/201,202"],
  },
  {
    name: "waits-for-the-end-of-any-head",
    breaks: "reads on where a head does not end",
    rule: "RFC 6455 §10.4",
    role: "server",
    cases: ["rfc6455/10.4/203"],
  },
  {
    name: "takes-messages-of-any-size",
    breaks: "waits for messages of any size",
    rule: "RFC 6455 §10.4",
    role: "either",
    cases: ["rfc6455/10.4/105"],
  },
  {
    name: "holds-what-nobody-reads",
    breaks: "holds its answers for a peer that does not read",
    rule: "RFC 6455 §10.4",
    role: "either",
    cases: ["rfc6455/10.4/107"],
  },
  {
    name: "never-reads-on",
    breaks: "stops reading when its answers are not read, and never goes on",
    rule: "RFC 6455 §10.4",
    role: "either",
    cases: ["rfc6455/10.4/108"],
  },
  {
    name: "serves-nobody-while-a-frame-is-unfinished",
    breaks: "waits for the rest of a frame before it reads from anybody else",
    rule: "RFC 6455 §10.4",
    role: "server",
    cases: ["rfc6455/10.4/106,206"],
  },
  {
    name: "takes-at-most-100-connections",
    breaks: "turns everybody away while 100 connections are open",
    rule: "RFC 6455 §10.4",
    role: "server",
    cases: ["rfc6455/10.4/204,205"],
  },
  {
    name: "never-forgets-a-connection",
    breaks: "counts connections that have ended among the hundred it takes",
    rule: "RFC 6455 §10.4",
    role: "server",
    cases: ["rfc6455/10.4/206,207"],
  },
] as const;
