/** RFC 6455 §4.4 (and §4.2.2, /version/): versions that a server does not speak. */
import type { Case } from "../../case.ts";
import { expectRefused } from "../../peer/refusal.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import type { Head } from "../../wire/head.ts";
import { depart } from "../requests.ts";
import { must } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const rule = must(
  "If the server doesn't support the requested version, it MUST respond with a |Sec-WebSocket-Version| header field (or multiple |Sec-WebSocket-Version| header fields) containing all versions it is willing to use.",
);

/** RFC 6455 §4.3: "Limited to 0-255 range, with no leading zeros". */
const VERSION = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;

/** A version that may not be accepted, for nothing was ever published under it. */
function unsupported(number: number, version: string): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const handshake = await depart(trial, { fields: { "Sec-WebSocket-Version": version } });
    checkVersions(await expectRefused(trial, handshake), version);
  };
  return { number, title: `the version ${version}`, ...rule, run };
}

/** A version of a draft (RFC 6455 §11.6), which a server may still speak. */
function interim(number: number, version: string): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const handshake = await depart(trial, { fields: { "Sec-WebSocket-Version": version } });
    if (handshake.response?.status === 101) {
      trial.note({ severity: "info", expected: "version 13 alone", came: `version ${version} accepted too` });
      return;
    }
    checkVersions(await expectRefused(trial, handshake), version);
  };
  return { number, title: `the version ${version}, of a draft`, ...rule, run };
}

function checkVersions(response: Head | undefined, refused: string): void {
  const expected = "|Sec-WebSocket-Version| with the versions that the server speaks, 13 among them";
  if (response === undefined) throw new Deviation(expected, "no response");
  const field = response.value("Sec-WebSocket-Version");
  if (field === undefined) throw new Deviation(expected, `${JSON.stringify(response.startLine)}, without it`);
  const versions = response.list("Sec-WebSocket-Version");
  const right = versions.every((version) => VERSION.test(version) && version !== refused);
  if (!right || !versions.includes("13")) throw new Deviation(expected, JSON.stringify(field));
}

export const versions: readonly Case<ServerTrial>[] = forServers("rfc6455/4.4", { profile: "handshake" }, [
  interim(1, "0"),
  interim(2, "7"),
  interim(3, "8"),
  unsupported(4, "12"),
  unsupported(5, "14"),
  unsupported(6, "25"),
  unsupported(7, "255"),
]);
