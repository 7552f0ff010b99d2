/** An application on the data and the Redis of its arguments, with short times: says its URL, and runs until it is killed. */
import { createApplication } from "../../src/app/index.ts";
import { openRedisBus } from "../../src/signalling/index.ts";

const [data = "", url = ""] = process.argv.slice(2);
const server = await createApplication({
  data,
  rateLimits: false,
  auth: { passwords: { cost: { ln: 4, r: 8, p: 1 } }, administrators: ["warden"] },
  hub: { resumeWithin: 1_000 },
  bus: openRedisBus({ url, heartbeat: 400, goneAfter: 2_000 }),
});
await server.listen({ port: 0, host: "127.0.0.1" });
console.log(server.url);
