/** A peer of WebRTC that asks our STUN server for its address, as a browser does, through a NAT. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import wrtc from "wrtc";
import { StunServer } from "../../src/stun/index.ts";

/** What the test reads of an RTCIceCandidate; the compiler knows no types of browsers here. */
interface Candidate {
  readonly type: string;
  readonly address: string;
  readonly port: number;
}

/**
 * A NAT in front of one server: each peer has a port of its own on the outside (RFC 4787 §4.1). Without one, an address
 * that a STUN server tells is one that the peer has already, and libwebrtc does not mention it.
 */
class Nat implements AsyncDisposable {
  readonly inside: Socket = createSocket("udp4");
  readonly #outside = new Map<number, Socket>();
  readonly #server: number;

  constructor(server: number) {
    this.#server = server;
    this.inside.on("message", (bytes, { port }) => void this.#forward(bytes, port));
  }

  get outsidePorts(): readonly number[] {
    return [...this.#outside.values()].map((socket) => socket.address().port);
  }

  async #forward(bytes: Buffer, peer: number): Promise<void> {
    let socket = this.#outside.get(peer);
    if (socket === undefined) {
      socket = createSocket("udp4").bind(0, "127.0.0.1");
      socket.on("message", (answer) => this.inside.send(answer, peer, "127.0.0.1"));
      this.#outside.set(peer, socket);
      await once(socket, "listening");
    }
    socket.send(bytes, this.#server, "127.0.0.1");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [this.inside, ...this.#outside.values()]) socket.close();
  }
}

describe("RFC 8489 §6.3 libwebrtc at our server", () => {
  it("gathers a server-reflexive candidate, with the address on the outside of its NAT", async () => {
    await using server = new StunServer();
    const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
    await using nat = new Nat(port);
    nat.inside.bind(0, "127.0.0.1");
    await once(nat.inside, "listening");

    const urls = `stun:127.0.0.1:${nat.inside.address().port}`;
    const connection = new wrtc.RTCPeerConnection({ iceServers: [{ urls }] });
    try {
      const reflexive = new Promise<Candidate>((resolve) => {
        connection.addEventListener(
          "icecandidate",
          ({ candidate }: { readonly candidate: Candidate | null }) => {
            if (candidate?.type === "srflx") resolve(candidate);
          },
        );
      });
      connection.createDataChannel("data");
      await connection.setLocalDescription(await connection.createOffer());
      const candidate = await reflexive;
      expect(candidate.address).toBe("127.0.0.1");
      expect(nat.outsidePorts).toContain(candidate.port);
      expect(server.counts).toMatchObject({ refused: 0 });
      expect(server.counts.answered).toBeGreaterThan(0);
    } finally {
      connection.close();
    }
  });
});
