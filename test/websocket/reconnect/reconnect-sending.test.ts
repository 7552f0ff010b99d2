/** What becomes of messages: at most once, in order, and never more of them waiting than may. */
import { describe, expect, it } from "vitest";
import { FakeWorld, opened } from "../reconnect-world.ts";

/** Breaks the connection and leaves the client waiting for the next. */
function lose(world: FakeWorld): void {
  world.socket.end(1006);
}
function comeBack(world: FakeWorld): void {
  world.pass(world.nextAlarm!);
  world.socket.open();
}

describe("a message", () => {
  it("goes straight to the socket of an open connection", () => {
    const { world, client } = opened();
    client.send("a");
    client.send(Uint8Array.of(1));
    expect(world.socket.sent).toEqual(["a", Uint8Array.of(1)]);
  });

  it("waits while there is no connection, and leaves before the open event", () => {
    const world = new FakeWorld();
    const client = world.client();
    client.addEventListener("open", () => client.send("from the listener"));
    client.send("while connecting");
    world.socket.end(1006);
    client.send("while waiting");
    comeBack(world);
    expect(world.socket.sent).toEqual(["while connecting", "while waiting", "from the listener"]);
    expect(client.bufferedAmount).toBe(0);
  });

  it("is not sent again when the socket it was handed to is lost", () => {
    const { world, client } = opened();
    client.send("a");
    lose(world);
    client.send("b");
    comeBack(world);
    expect(world.sockets.map(({ sent }) => sent)).toEqual([["a"], ["b"]]);
  });

  it("waits for the next connection when the end of this one is known already", () => {
    const { world, client } = opened();
    world.socket.readyState = 2;
    expect(client.readyState).toBe(2);
    client.send("a");
    lose(world);
    comeBack(world);
    expect(world.sockets.map(({ sent }) => sent)).toEqual([[], ["a"]]);
  });

  it("is received as the socket gives it", () => {
    const { world } = opened();
    world.socket.say("hello");
    expect(world.heard()).toEqual(["message hello"]);
  });

  it("of no kind that can be sent is refused at once, open or not", () => {
    const { world, client } = opened();
    expect(() => client.send(5 as never)).toThrow(TypeError);
    lose(world);
    expect(() => client.send({} as never)).toThrow(TypeError);
  });
});

describe("messages that may not wait", () => {
  it("are dropped, the oldest first, and counted", () => {
    const { world, client } = opened({ queue: { maxMessages: 2 } });
    lose(world);
    for (const message of ["a", "b", "c"]) client.send(message);
    expect(client.dropped).toBe(1);
    comeBack(world);
    expect(world.socket.sent).toEqual(["b", "c"]);
  });

  it("are an error with whenFull: throw, and with queue: false, but not while the connection is open", () => {
    for (const queue of [{ maxMessages: 0, whenFull: "throw" } as const, false as const]) {
      const { world, client } = opened({ queue });
      client.send("a");
      lose(world);
      expect(() => client.send("b")).toThrow("not connected");
      expect(client.dropped).toBe(0);
      comeBack(world);
      client.send("c");
      expect(world.sockets.map(({ sent }) => sent)).toEqual([["a"], ["c"]]);
    }
  });

  it("are dropped without an error after close(), as in a browser", () => {
    const { client } = opened({ queue: false });
    client.close();
    client.send("a");
    expect(client.dropped).toBe(1);
  });
});

describe("much that has waited", () => {
  /** A client for which ten messages of 100 KB wait, on a network that takes nothing until it is told to. */
  function laden() {
    const { world, client } = opened();
    lose(world);
    for (let i = 0; i < 10; i++) client.send(String(i).repeat(100_000));
    world.pass(world.nextAlarm!);
    const { socket } = world;
    socket.send = (data) => {
      socket.sent.push(data);
      socket.bufferedAmount += (data as string).length;
    };
    socket.open();
    return { world, client, socket };
  }
  const order = (sent: readonly unknown[]): string => sent.map((data) => String(data)[0]).join("");

  it("is handed over as the network takes it, so that the rest cannot be lost with the socket", () => {
    const { world, client, socket } = laden();
    expect(order(socket.sent)).toBe("012");
    world.pass(1_000);
    expect(order(socket.sent)).toBe("012");
    socket.bufferedAmount = 0;
    world.pass(50);
    expect(order(socket.sent)).toBe("012345");
    expect(client.bufferedAmount).toBe(700_000);
    lose(world);
    comeBack(world);
    expect(order(world.socket.sent)).toBe("6789");
    expect([client.dropped, world.alarms.size]).toEqual([0, 0]);
  });

  it("goes before what is sent meanwhile", () => {
    const { world, client, socket } = laden();
    client.send("last");
    expect(order(socket.sent)).toBe("012");
    for (let i = 0; i < 4; i++) {
      socket.bufferedAmount = 0;
      world.pass(50);
    }
    client.send("really last");
    expect(order(socket.sent)).toBe("0123456789lr");
  });

  it("gives way to nothing while there is a connection", () => {
    const { client, socket } = laden();
    client.send("x".repeat(500_000));
    expect(order(socket.sent)).toBe("0123456789x");
    expect(client.dropped).toBe(0);
  });

  it("leaves before the Close frame", () => {
    const { world, client, socket } = laden();
    client.close();
    expect(order(socket.sent)).toBe("0123456789");
    expect([client.dropped, world.alarms.size]).toEqual([0, 0]);
  });
});

describe("the socket", () => {
  it("is asked for ArrayBuffers, or for what binaryType says, now and later", () => {
    const { world, client } = opened();
    expect([client.binaryType, world.socket.binaryType]).toEqual(["arraybuffer", "arraybuffer"]);
    client.binaryType = "blob";
    expect(world.socket.binaryType).toBe("blob");
    lose(world);
    comeBack(world);
    expect(world.socket.binaryType).toBe("blob");
  });

  it("says which subprotocol was agreed on, by either name", () => {
    const { world, client } = opened();
    world.socket.protocol = "chat";
    expect([client.protocol, client.subprotocol]).toEqual(["chat", "chat"]);
    Object.assign(world.socket, { subprotocol: "talk" });
    expect(client.protocol).toBe("talk");
    lose(world);
    expect(client.protocol).toBe("");
  });

  it("and the queue say together how much has not left", () => {
    const { world, client } = opened();
    world.socket.bufferedAmount = 7;
    expect(client.bufferedAmount).toBe(7);
    lose(world);
    client.send("€€");
    expect(client.bufferedAmount).toBe(6);
  });
});

describe("the on… properties", () => {
  it("are those of a WebSocket", () => {
    const { world, client } = opened();
    const heard: string[] = [];
    client.onopen = ({ reconnected }) => heard.push(`open ${reconnected}`);
    client.onmessage = ({ data }) => heard.push(`message ${data}`);
    client.onerror = ({ message }) => heard.push(`error ${message}`);
    client.onclose = ({ code }) => heard.push(`close ${code}`);
    world.socket.say("hello");
    world.socket.fail({ message: "oh" });
    lose(world);
    comeBack(world);
    expect(heard).toEqual(["message hello", "error oh", "close 1006", "open true"]);
    expect([client.onopen, client.onmessage, client.onerror, client.onclose]).not.toContain(null);
  });
});
