/** A process with a bus on the Redis of its argument: says a line for each thing it hears, until it is ended. */
import { openRedisBus } from "../../src/signalling/redis/index.ts";
import { quick, saying } from "./redis-buses.ts";

const [url = "", process_ = "", mode = ""] = process.argv.slice(2);
const bus = openRedisBus({ url, process: process_, ...quick });
const tell = (line: string): void => console.log(line);

await bus.start({
  opened: (room) => {
    tell("opened");
    bus.append(room, 1, saying(process_));
  },
  failed: () => tell("failed"),
  appended: () => tell("appended"),
  lost: () => tell("lost"),
  found: () => tell("found"),
  processGone: (gone) => tell(`gone ${gone}`),
  announced: (topic) => tell(`announced ${topic}`),
  asked: () => process_,
});
tell(`started ${bus.shared}`);
if (mode === "room") bus.open("r");
if (mode === "close") await bus.close();
