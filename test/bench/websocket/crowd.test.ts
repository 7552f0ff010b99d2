import { describe, expect, it } from "vitest";
import { Crowd, comeAndGo, crowdSize } from "../../../bench/websocket/crowd.ts";
import { sampleAnswer, sampleOpening } from "../../../bench/websocket/openings.ts";
import { closing, listen, listenWithWs } from "./listen.ts";

describe("a crowd", () => {
  it("is open all at once, and gone when it is closed", async () => {
    const { server, port } = await listenWithWs();
    const crowd = await Crowd.open({ port, size: 450, opening: sampleOpening });
    await expect.poll(() => server.clients.size).toBe(450);
    crowd.check();
    crowd.close();
    await expect.poll(() => server.clients.size).toBe(0);
    crowd.check();
  });
  it("answers Pings with what they say", async () => {
    const { server, port } = await listenWithWs();
    const pongs: string[] = [];
    server.on("connection", (socket) => {
      socket.on("pong", (data) => {
        pongs.push(data.toString());
      });
      socket.ping("one");
      socket.ping("");
    });
    const crowd = closing(await Crowd.open({ port, size: 1, opening: sampleOpening }));
    await expect.poll(() => pongs).toEqual(["one", ""]);
    crowd.check();
  });
  it.each<[string, Buffer | undefined]>([
    ["sends a message", Buffer.from([0x81, 0x01, 0x61])],
    ["closes one", undefined],
  ])("notices when the server %s", async (_, bytes) => {
    const closed = Promise.withResolvers<void>();
    const port = await listen((socket) => {
      socket.on("close", () => closed.resolve());
      socket.once("data", () => {
        socket.write(sampleAnswer);
        // Behind the answer, not with it.
        setImmediate(() => (bytes === undefined ? socket.end() : socket.write(bytes)));
      });
    });
    const crowd = closing(await Crowd.open({ port, size: 1, opening: sampleOpening }));
    await closed.promise;
    expect(() => crowd.check()).toThrow(bytes === undefined ? "closed a connection" : "nobody asked for");
  });
});

describe("those who come and go", () => {
  it("end half of their connections with a closing handshake, the others with a reset", async () => {
    const { server, port } = await listenWithWs();
    const codes: number[] = [];
    server.on("connection", (socket) => socket.on("close", (code) => codes.push(code)));
    await comeAndGo({ port, size: 10, opening: sampleOpening });
    await expect.poll(() => codes.toSorted()).toEqual([...Array(5).fill(1000), ...Array(5).fill(1006)]);
  });
  it("fail when they are refused", async () => {
    const port = await listen((socket) => socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
    await expect(comeAndGo({ port, size: 2, opening: sampleOpening })).rejects.toThrow("refused");
  });
});

describe("the size of a crowd", () => {
  it("is the intended one where enough files may be open", () => {
    expect(crowdSize(10_000, 20_000)).toEqual({ size: 10_000 });
    expect(crowdSize(10_000, Number.POSITIVE_INFINITY)).toEqual({ size: 10_000 });
  });
  it("is smaller where they may not, and says what to do", () => {
    const { size, note } = crowdSize(10_000, 1_024);
    expect(size).toBe(524);
    expect(note).toContain("only 1,024 files");
    expect(note).toContain("ulimit -n 10500");
  });
  it("is refused where there is no room at all", () => {
    expect(() => crowdSize(10_000, 256)).toThrow("ulimit -n");
  });
});
