/** What the page does: one echo first, then several cases at a time, and the verdict on each as soon as it is known. */

/** Cases at a time. */
const LANES = 4;

export const script: string = String.raw`
"use strict";

const lanes = ${LANES};
const server = location.origin.replace(/^http/, "ws");
const agent = agentName(navigator.userAgent);
const words = {
  OK: "passed",
  INFORMATIONAL: "informational",
  "NON-STRICT": "warned",
  FAILED: "failed",
  UNIMPLEMENTED: "not applicable",
  MISSING: "not run",
};
const counts = new Map();
const place = (id) => document.getElementById(id);

class Gone extends Error {}

run().then(
  () => finish("Done. The report is where the suite was started.", "done"),
  (error) => finish(error instanceof Gone ? "The suite has gone." : String(error), "stopped"),
);

async function run() {
  place("agent").textContent = agent;
  const count = Number(await ask("/getCaseCount"));
  place("progress").max = count;
  // What every case builds on; if it fails, the suite says so and runs no other.
  await runCase(1);
  let next = 2;
  const lane = async () => {
    while (next <= count) await runCase(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await ask("/updateReports?" + new URLSearchParams({ agent })).catch(() => {});
}

async function runCase(number) {
  const underWay = entry("case " + number);
  place("running").append(underWay);
  const query = "case=" + number + "&" + new URLSearchParams({ agent });
  await echo("/runCase?" + query);
  const { behavior } = JSON.parse(await ask("/getCaseStatus?" + query));
  underWay.remove();
  tell(behavior);
  if (behavior !== "OK" && behavior !== "UNIMPLEMENTED") await explain(number, behavior);
}

/** Browsers open one connection at a time to a server: what a case is about is asked only where it is shown. */
async function explain(number, behavior) {
  const { id, description } = JSON.parse(await ask("/getCaseInfo?case=" + number));
  const row = entry(id, description);
  row.dataset.behavior = behavior;
  row.prepend(chip(behavior, words[behavior] ?? behavior));
  place("found").hidden = false;
  place("findings").append(row);
}

/** Sends back whatever comes, as it came, until the connection is closed. */
function echo(path) {
  return new Promise((resolve) => {
    const socket = new WebSocket(server + path);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => socket.send(data);
    socket.onclose = resolve;
  });
}

/** The one message that is the answer. */
function ask(path) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(server + path);
    let opened = false;
    let answer = "";
    socket.onopen = () => {
      opened = true;
    };
    socket.onmessage = ({ data }) => {
      answer = data;
    };
    socket.onclose = () => (opened ? resolve(answer) : reject(new Gone()));
  });
}

function tell(behavior) {
  counts.set(behavior, (counts.get(behavior) ?? 0) + 1);
  place("progress").value += 1;
  const { value, max } = place("progress");
  place("count").textContent = value + " of " + max;
  document.title = Math.round((value / max) * 100) + " % · WebSocket conformance";
  place("counts").replaceChildren(
    ...Object.keys(words)
      .filter((other) => counts.has(other))
      .map((other) => chip(other, counts.get(other) + " " + words[other])),
  );
}

function finish(text, state) {
  document.body.dataset.state = state;
  place("state").textContent = text;
  place("now").hidden = true;
}

function entry(id, description = "") {
  const row = document.createElement("li");
  const name = document.createElement("code");
  name.textContent = id;
  const text = document.createElement("span");
  text.textContent = description;
  row.append(name, text);
  return row;
}

function chip(behavior, text) {
  const mark = document.createElement("span");
  mark.className = "chip";
  mark.dataset.behavior = behavior;
  mark.textContent = text;
  return mark;
}

/** Most browsers also name those whose pages they want to be shown: the most particular name comes first. */
function agentName(text) {
  const names = { Edg: "Edge", OPR: "Opera", HeadlessChrome: "Chrome" };
  const found =
    /(Edg|OPR)\/([\d.]+)/.exec(text) ??
    /(Firefox|Chromium|HeadlessChrome|Chrome)\/([\d.]+)/.exec(text) ??
    /Version\/([\d.]+).* (Safari)\//.exec(text)?.toSpliced(1, 0, "Safari");
  return found ? (names[found[1]] ?? found[1]) + "/" + found[2] : text;
}
`;
