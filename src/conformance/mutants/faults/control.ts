/** Control frames, Ping and Pong (RFC 6455 §5.5). */

export const control = [
  {
    name: "accepts-fragmented-control-frames",
    breaks: "reads control frames that are not final",
    rule: "RFC 6455 §5.5",
    role: "either",
    cases: ["rfc6455/5.5/11-16"],
  },
  {
    name: "accepts-long-control-frames",
    breaks: "reads control frames of more than 125 octets",
    rule: "RFC 6455 §5.5",
    role: "either",
    cases: ["rfc6455/5.5/1-6"],
  },
  {
    name: "answers-no-pings",
    breaks: "leaves Pings unanswered",
    rule: "RFC 6455 §5.5.2",
    role: "either",
    cases: ["rfc6455/5.5.2/1,3-6,9"],
  },
  {
    name: "answers-pings-with-empty-pongs",
    breaks: "answers without the payload",
    rule: "RFC 6455 §5.5.3",
    role: "either",
    cases: ["rfc6455/5.5.2/2-12", "rfc6455/5.4/21-24", "rfc6455/5.5.3/3,7"],
  },
  {
    name: "answers-pings-as-text",
    breaks: "makes UTF-8 of the payload",
    rule: "RFC 6455 §5.5.3",
    role: "either",
    cases: ["rfc6455/5.5.2/4-6", "rfc6455/5.5.3/7"],
  },
  {
    name: "cuts-pongs",
    breaks: "sends at most 124 octets of the payload",
    rule: "RFC 6455 §5.5.3",
    role: "either",
    cases: ["rfc6455/5.5.2/5,6,9"],
  },
  {
    name: "answers-pings-after-the-message",
    breaks: "answers a Ping when the message has ended",
    rule: "RFC 6455 §5.5.2",
    role: "either",
    cases: ["rfc6455/5.5.2/2,8", "rfc6455/5.4/23,24"],
  },
  {
    name: "answers-pings-in-reverse",
    breaks: "answers the Pings of one read when it has been through, from the last to the first",
    rule: "RFC 6455 §5.5.3",
    role: "either",
    cases: ["rfc6455/5.5.2/2"],
  },
  {
    name: "answers-pongs",
    breaks: "answers Pongs with Pongs",
    rule: "RFC 6455 §5.5.3",
    role: "either",
    cases: ["rfc6455/5.5.3/1,2,4-6"],
  },
  {
    name: "fails-at-unasked-pongs",
    breaks: "takes a Pong that it did not ask for for an error",
    rule: "RFC 6455 §5.5.3",
    role: "either",
    cases: ["rfc6455/5.5.3/1-6", "rfc6455/5.4/25,26"],
  },
] as const;
