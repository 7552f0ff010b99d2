import { describe, expect, it } from "vitest";
import { MessageStream } from "../../src/stun/message-stream.ts";
import { sampleIPv4Response, sampleRequest, vectors } from "./vectors.ts";

const stream = Buffer.concat([...vectors.values()]);
const whole = [...vectors.values()].map((bytes) => Buffer.from(bytes).toString("hex"));

function cut(chunks: readonly Uint8Array[], maxMessage = 1500): { messages: string[]; fault: unknown } {
  const messages: string[] = [];
  const reader = new MessageStream(maxMessage);
  for (const chunk of chunks) {
    const fault = reader.push(chunk, (bytes) => messages.push(Buffer.from(bytes).toString("hex")));
    if (fault !== undefined) return { messages, fault };
  }
  return { messages, fault: undefined };
}

describe("RFC 8489 §6.2.2 messages in a stream", () => {
  it("are found when they come at once", () => {
    expect(cut([stream])).toEqual({ messages: whole, fault: undefined });
  });

  it("are found when they come octet by octet", () => {
    const octets = Array.from(stream, (octet) => Uint8Array.of(octet));
    expect(cut(octets).messages).toEqual(whole);
  });

  it("are found wherever the stream is cut in two", () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(cut([stream.subarray(0, at), stream.subarray(at)]).messages).toEqual(whole);
    }
  });

  it("are found in pieces of every size", () => {
    for (let size = 1; size < 200; size++) {
      const count = Math.ceil(stream.length / size);
      const chunks = Array.from({ length: count }, (_, at) => stream.subarray(at * size, (at + 1) * size));
      expect(cut(chunks).messages).toEqual(whole);
    }
  });

  it.each([
    ["at once", (bytes: Buffer) => [bytes]],
    ["octet by octet", (bytes: Buffer) => Array.from(bytes, (octet) => Uint8Array.of(octet))],
  ])("end where something else begins, %s", (_how, chunksOf) => {
    const noise = Buffer.from("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
    const { messages, fault } = cut(chunksOf(Buffer.concat([sampleRequest, noise])));
    expect(messages).toEqual([Buffer.from(sampleRequest).toString("hex")]);
    expect(fault).toBe("not-stun");
  });

  it("may be as long as allowed and no longer", () => {
    const { length } = sampleRequest;
    expect(cut([sampleRequest], length).messages.length).toBe(1);
    expect(cut([sampleRequest], length - 4)).toEqual({ messages: [], fault: "too-long" });
    // The header is enough to say so: nothing more is waited for or held.
    expect(cut([sampleRequest.subarray(0, 20)], length - 4).fault).toBe("too-long");
    const cutHeader = [sampleRequest.subarray(0, 7), sampleRequest.subarray(7, 20)];
    expect(cut(cutHeader, length - 4).fault).toBe("too-long");
  });

  it("wait for their rest", () => {
    expect(cut([sampleIPv4Response.subarray(0, -1)])).toEqual({ messages: [], fault: undefined });
  });
});
