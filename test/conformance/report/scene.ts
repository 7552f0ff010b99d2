/** Wire logs for samples, written as a conversation. */
import { decodeFrame, encodeFrame, type FrameToWrite } from "../../../src/conformance/wire/frame.ts";
import { type WireEntry, WireLog } from "../../../src/conformance/wire/wire-log.ts";

const key = Buffer.from("37fa213d", "hex");

/** What happens in one case, on a clock of its own. */
export class Scene {
  #now = 0;
  readonly #log = new WireLog(() => this.#now);

  get entries(): readonly WireEntry[] {
    return this.#log.entries;
  }

  after(milliseconds: number): this {
    this.#now = Math.round((this.#now + milliseconds) * 10) / 10;
    return this;
  }

  event(summary: string, connection = 1): this {
    this.#log.event(connection, summary);
    return this;
  }

  /** Connected, and the opening handshake over. */
  opened(connection = 1, extra = ""): this {
    const request = `GET /echo HTTP/1.1\r\nHost: 127.0.0.1:9001\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${extra}\r\n`;
    const answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    this.after(0.3).event("connected", connection);
    this.after(0.2).octets("sent", "GET /echo HTTP/1.1", request, connection);
    return this.after(1.1).octets("received", "HTTP/1.1 101 Switching Protocols", answer, connection);
  }

  octets(direction: "sent" | "received", summary: string, octets: string | Buffer, connection = 1): this {
    this.#log.octets(connection, direction, summary, Buffer.from(octets as string));
    return this;
  }

  sends(frame: FrameToWrite, connection = 1): this {
    return this.#frame("sent", { maskingKey: key, ...frame }, connection);
  }

  receives(frame: FrameToWrite, connection = 1): this {
    return this.#frame("received", frame, connection);
  }

  #frame(direction: "sent" | "received", written: FrameToWrite, connection: number): this {
    const octets = encodeFrame(written);
    this.#log.frame(connection, direction, decodeFrame(octets)!.frame, octets);
    return this.after(0.4);
  }
}
