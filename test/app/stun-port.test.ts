import { afterEach, describe, expect, it } from "vitest";
import { StunPort, StunPortError } from "../../src/app/stun-port.ts";
import { stunBinding } from "../../src/stun/index.ts";

const opened: StunPort[] = [];

afterEach(async () => {
  for (const port of opened.splice(0)) await port.close();
});

function newPort(...options: ConstructorParameters<typeof StunPort>): StunPort {
  const port = new StunPort(...options);
  opened.push(port);
  return port;
}

describe("the port of the STUN server", () => {
  it("is told once it listens, with the name that is handed out, and no more once it is closed", async () => {
    const stun = newPort({ port: 0, host: "stun.example" });
    expect(stun.place).toBeUndefined();
    await stun.listen("127.0.0.1");
    const { port, host } = stun.place!;
    expect(host).toBe("stun.example");
    expect(stun.counts?.answered).toBe(0);
    await stunBinding({ host: "127.0.0.1", port });
    expect(stun.counts?.answered).toBe(1);
    await stun.close();
    expect(stun.place).toBeUndefined();
  });

  it("that somebody has chosen and that is taken is an error that names it", async () => {
    const first = newPort({ port: 0 });
    await first.listen("127.0.0.1");
    const { port } = first.place!;
    const error: unknown = await newPort({ port })
      .listen("127.0.0.1")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StunPortError);
    expect(error).toMatchObject({ port, code: "EADDRINUSE" });
  });

  it("that nobody has chosen is 3478, or another that is free, which the log then says", async () => {
    const lines: [string, object | undefined][] = [];
    const note = (event: string, fields?: object): void => {
      lines.push([event, fields]);
    };
    const log = { debug: note, info: note, warn: note, error: note };
    // Whoever else has 3478 here: of these two, one does not.
    const two = [newPort({}, log), newPort({}, log)];
    for (const each of two) await each.listen("127.0.0.1");
    const [one, other] = two.map(({ place }) => place!.port);
    expect(one).not.toBe(other);
    expect(lines).toContainEqual(["stun.port-in-use", { port: 3478, instead: other }]);
  });
});
