/** What the benchmarks use of `autocannon`, which comes without types. */
declare module "autocannon" {
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Requests in all. */
    readonly amount: number;
    /** How often it looks whether it is done, in milliseconds. */
    readonly sampleInt: number;
    readonly expectBody?: string;
    /** Called with each client before it connects. */
    readonly setupClient?: (client: Client) => void;
  }

  /** One connection. */
  interface Client {
    /** What it asks, in turn. */
    setRequests(requests: readonly Request[]): void;
  }

  interface Request {
    readonly headers: Readonly<Record<string, string>>;
    readonly onResponse: (status: number, body: string) => void;
  }

  interface Result {
    readonly "2xx": number;
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly mismatches: number;
    readonly resets: number;
  }

  export default function autocannon(options: Options): Promise<Result>;
}
