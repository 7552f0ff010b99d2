import { describe, expect, it } from "vitest";
import {
  checkFieldValue,
  type MediaField,
  parseMediaField,
} from "../../../src/signalling/grammar/field-values.ts";

/** What is wrong with a value; the same when it is a part of a longer text. */
function check(type: string, value: string): string | undefined {
  const reason = checkFieldValue(type, value, 0, value.length);
  expect(checkFieldValue(type, `0 ${value}0 0`, 2, 2 + value.length)).toBe(reason);
  return reason;
}

/** What a line m= says; the same when it is a part of a longer text. */
function media(value: string): MediaField | undefined {
  const field = parseMediaField(value, 0, value.length);
  expect(parseMediaField(`m=${value}0 0`, 2, 2 + value.length)).toEqual(field);
  return field;
}

describe("RFC 8866 §5 values of lines", () => {
  it.each([
    ["v", "0"],
    ["o", "- 1 1 IN IP4 127.0.0.1"],
    ["o", "mozilla...THIS_IS_SDPARTA-128.0 5307891445420517763 0 IN IP4 0.0.0.0"],
    ["o", "rené 0 0 IN IP6 ::"],
    ["o", "- 1 1 IN IP4 my_host"],
    ["c", "IN IP4 0.0.0.0"],
    ["c", "IN IP6 2001:db8::1"],
    ["c", "IN IP4 host.example"],
    ["c", "IN IP4 224.2.36.42/127"],
    ["c", "IN IP6 ff15::101/3"],
    ["c", "ATM NSAP 47.0091.8100"],
    ["c", "IN TN (555)"],
    ["c", "PRIVATE IP4 (555)"],
    ["b", "AS:128"],
    ["b", "TIAS:128000"],
    ["b", "X-YZ:0"],
    ["t", "0 0"],
    ["t", "3034423619 3042462419"],
    ["t", "3034423619 0"],
    ["r", "7d 1h 0 25h"],
    ["z", "2882844526 -1h 2898848070 0"],
    ["s", " "],
    ["s", "VideoRoom 1234"],
    ["i", "é"],
    ["k", "prompt"],
  ])("takes %s=%s", (type, value) => {
    expect(check(type, value)).toBeUndefined();
  });

  it.each([
    ["v", "1"],
    ["v", "00"],
    ["v", "0 "],
    ["o", "- 1 1 IN IP4"],
    ["o", "- 1 1 IN IP4 127.0.0.1 x"],
    ["o", "- 1 1 IN IP4 127.0.0.1 "],
    ["o", "-  1 1 IN IP4 127.0.0.1"],
    ["o", " 1 1 IN IP4 127.0.0.1"],
    ["o", "- x 1 IN IP4 127.0.0.1"],
    ["o", "- 1 -1 IN IP4 127.0.0.1"],
    ["o", "- 1 1 I(N IP4 127.0.0.1"],
    ["o", "- 1 1 IN I:P 127.0.0.1"],
    ["o", "a\tb 1 1 IN IP4 127.0.0.1"],
    ["c", "IN IP4"],
    ["c", "IN IP4 "],
    ["c", "IN IP4 192.0.2.256"],
    ["c", "IN IP4 192.0.2.1/127"],
    ["c", "IN IP4 0.0.0.0 x"],
    ["c", "IN  IP4 0.0.0.0"],
    ["c", "(IN IP4 0.0.0.0"],
    ["c", "IN IP/4 0.0.0.0"],
    ["c", "ATM NSAP a\u0001"],
    ["b", "AS"],
    ["b", "AS:"],
    ["b", ":128"],
    ["b", "AS:128k"],
    ["b", "A S:128"],
    ["t", "0"],
    ["t", "0 0 0"],
    ["t", "0  0"],
    ["t", "00 0"],
    ["t", "0 123456789"],
    ["t", "0 0123456789"],
    ["t", "now 0"],
    ["r", "7d  1h"],
    ["r", "7w"],
    ["z", "2882844526 -1h "],
  ])("refuses %s=%s", (type, value) => {
    expect(check(type, value)).toEqual(expect.stringMatching(/^.{10,90}$/));
  });
});

describe("RFC 8866 §5.14 media descriptions", () => {
  it.each([
    ["audio 9 UDP/TLS/RTP/SAVPF 111 63", "audio", 9],
    ["application 9 UDP/DTLS/SCTP webrtc-datachannel", "application", 9],
    ["application 54111 DTLS/SCTP 5000", "application", 54111],
    ["VIDEO 0 RTP/AVP 99", "video", 0],
    ["video 49170/2 RTP/AVP 31", "video", 49170],
    ["image 65535 udptl t38", "image", 65535],
    ["message 2855 TCP/MSRP *", "message", 2855],
  ])("reads %s", (value, kind, port) => {
    expect(media(value)).toEqual({ kind, port });
  });

  it.each([
    ["no format", "audio 9 RTP/AVP"],
    ["an empty format", "audio 9 RTP/AVP "],
    ["two spaces", "audio 9 RTP/AVP 0  8"],
    ["a space at the beginning", " audio 9 RTP/AVP 0"],
    ["a kind that is no token", "au/dio 9 RTP/AVP 0"],
    ["port 65536", "audio 65536 RTP/AVP 0"],
    ["a port that is no number", "audio nine RTP/AVP 0"],
    ["a negative port", "audio -9 RTP/AVP 0"],
    ["no number of ports", "audio 9/ RTP/AVP 0"],
    ["a number of ports of 0", "audio 9/0 RTP/AVP 0"],
    ["two numbers of ports", "audio 9/2/2 RTP/AVP 0"],
    ["an empty part of the protocol", "audio 9 RTP//AVP 0"],
    ["a slash at the end of the protocol", "audio 9 RTP/ 0"],
    ["a format that is no token", "audio 9 RTP/AVP 0;1"],
    ["nothing behind the kind", "audio"],
  ])("refuses %s", (_, value) => {
    expect(media(value)).toBeUndefined();
  });
});
