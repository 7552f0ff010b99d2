/** Several `barewire serve` processes with one data folder behind one Redis, and people who talk through them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClientSocketConstructor,
  connect,
  type SessionOptions,
  type SignallingSession,
} from "../../src/signalling/client/index.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { barewireServe, type Running } from "../cli/barewire.ts";
import { Balancer } from "./balancer.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const credentials = {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ username: "warden", password: "correct horse battery staple" }),
};

/** How a process is to differ from the others. */
export interface ProcessSettings {
  /** Where it finds Redis; by default where it is. */
  readonly redis?: string | undefined;
  /** Variables of its environment, besides our own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** Everything that runs for a test. */
export class House {
  readonly redis: RedisServer;
  readonly processes: Running[] = [];
  readonly balancers: Balancer[] = [];
  readonly people: Person[] = [];
  readonly #data: string;
  /** An access token of an account that may administer rooms. */
  admin = "";

  private constructor(redis: RedisServer, data: string) {
    this.redis = redis;
    this.#data = data;
  }

  /** @param each how each of the processes differs, by its place */
  static async open(
    processes: number,
    each: (house: House, at: number) => ProcessSettings | Promise<ProcessSettings> = () => ({}),
  ): Promise<House> {
    const [redis, data] = await Promise.all([startRedis(), mkdtemp(join(tmpdir(), "barewire-house-"))]);
    const house = new House(redis, data);
    try {
      // One after the other: the first makes the data folder.
      for (let i = 0; i < processes; i++) await house.addProcess(await each(house, i));
      await accept(await fetch(`${house.processes[0]!.url}/auth/register`, credentials));
      await house.logIn();
      return house;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  /** The administrator logs in. */
  async logIn(): Promise<void> {
    const answer = await accept(await fetch(`${this.processes[0]!.url}/auth/token`, credentials));
    this.admin = ((await answer.json()) as { access_token: string }).access_token;
  }

  async addProcess({ redis = this.redis.url, environment }: ProcessSettings = {}): Promise<Running> {
    const args = [
      ...["--port", "0", "--host", "127.0.0.1", "--data", this.#data, "--redis", redis],
      ...["--admin", "warden", "--stun-port", "off", "--password-profile", "scrypt-8mib"],
    ];
    const running = await barewireServe(args, { environment });
    this.processes.push(running);
    return running;
  }

  /** As `kill -9` does. */
  async kill(running: Running): Promise<void> {
    running.signal("SIGKILL");
    await running.finished;
    this.processes.splice(this.processes.indexOf(running), 1);
  }

  /** A room token, minted by whichever process lives. */
  async token(room: string, user: string, grant: object = {}): Promise<string> {
    const answer = await this.request(this.processes[0]!, `/rooms/${room}/token`, {
      method: "POST",
      body: JSON.stringify({ user, name: user, ...grant }),
      headers: { "Content-Type": "application/json" },
    });
    return ((await answer.json()) as { token: string }).token;
  }

  /** A request of the administrator. */
  async request({ url }: Running, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, Authorization: `Bearer ${this.admin}` };
    return accept(await fetch(`${url}${path}`, { ...init, headers }));
  }

  /** Somebody whose connections go to the first of these processes that lives. */
  async person(
    name: string,
    room: string,
    { at, ...rest }: { readonly at: readonly Running[]; readonly grant?: object } & SessionOptions,
  ): Promise<Person> {
    const balancer = await Balancer.start();
    balancer.use(...at.map(({ url }) => url));
    this.balancers.push(balancer);
    const { grant, ...options } = rest;
    const person = new Person(name, balancer, await this.token(room, name, grant), options);
    this.people.push(person);
    return person;
  }

  /** Everybody goes; the processes and Redis stay. */
  async clear(): Promise<void> {
    for (const person of this.people.splice(0)) person.session.close();
    await Promise.all(this.balancers.splice(0).map((balancer) => balancer.stop()));
  }

  async close(): Promise<void> {
    await this.clear();
    for (const running of this.processes) running.signal("SIGTERM");
    await Promise.all(this.processes.map(({ finished }) => finished));
    await this.redis.stop();
    await rm(this.#data, { recursive: true, force: true });
  }
}

/** A session, and all that was heard in it. */
export class Person {
  readonly name: string;
  readonly balancer: Balancer;
  readonly session: SignallingSession;
  /** What was said, in the order in which it was heard. */
  readonly heard: string[] = [];
  /** What happened: `joined`, `resumed`, `peer-left ben`, … */
  readonly events: string[] = [];
  #changed: () => void = () => {};

  constructor(name: string, balancer: Balancer, token: string, options: SessionOptions) {
    this.name = name;
    this.balancer = balancer;
    const url = `${balancer.url.replace("http", "ws")}/ws`;
    const socket = WebSocket as unknown as ClientSocketConstructor;
    this.session = connect(url, { token, WebSocket: socket, ...options });
    this.session.addEventListener("message", ({ text }) => {
      this.heard.push(text);
      this.#changed();
    });
    for (const type of ["joined", "resumed"] as const)
      this.session.addEventListener(type, () => this.#note(type));
    this.session.addEventListener("left", ({ reason }) => this.#note(`left ${reason}`));
    for (const type of ["peer-joined", "peer-left", "peer-reconnecting", "peer-reconnected"] as const)
      this.session.addEventListener(type, (member) => this.#note(`${type} ${member.name}`));
    this.session.addEventListener("service", ({ rooms }) => this.#note(`service ${rooms}`));
    this.session.addEventListener("state", ({ state }) => this.#note(`state ${state}`));
  }

  /** Fulfilled once `condition` holds; it is asked again whenever something has happened. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** How often something has happened. */
  count(event: string): number {
    return this.events.filter((each) => each === event).length;
  }

  #note(event: string): void {
    this.events.push(event);
    this.#changed();
  }
}

async function accept(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response;
}
