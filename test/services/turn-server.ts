/** A real coturn (Debian's package `coturn`) on a port of its own at the loopback interface, for as long as a test lasts. */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A running TURN server. */
export interface TurnServer {
  /** `turn:127.0.0.1:<port>?transport=udp`. */
  readonly url: string;
  /** Ends it; fulfilled once the process is gone. */
  stop(): Promise<void>;
}

/** Starts `turnserver` with credentials by the convention of the TURN REST API. */
export async function startTurnServer(secret: string): Promise<TurnServer> {
  const folder = await mkdtemp(join(tmpdir(), "coturn-"));
  const port = await freeUdpPort();
  const child = spawn("turnserver", [
    ...["-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", `--listening-port=${port}`],
    ...["--allow-loopback-peers", "--no-tls", "--no-dtls", "--no-tcp", "--no-cli", "--realm=test.invalid"],
    ...["--use-auth-secret", `--static-auth-secret=${secret}`, "--no-multicast-peers"],
    ...["--log-file=stdout", "--simple-log", `--userdb=${folder}/db`, `--pidfile=${folder}/pid`],
  ]);
  const stop = async (): Promise<void> => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGKILL");
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await listening(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `turn:127.0.0.1:${port}?transport=udp`, stop };
}

/** Asks for a binding until there is an answer, or the process ends. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += String(chunk);
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`turnserver ended with ${code}:\n${output}`)));
  });
  failed.catch(() => {});
  const socket = createSocket("udp4");
  // RFC 8489 §5: a Binding request without attributes.
  const request = Buffer.from(`0001${"0000"}2112a442${"00".repeat(12)}`, "hex");
  const timer = setInterval(() => socket.send(request, port, "127.0.0.1"), 50);
  try {
    await Promise.race([once(socket, "message"), failed]);
  } finally {
    clearInterval(timer);
    socket.close();
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
