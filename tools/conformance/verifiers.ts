/** The verifiers of JSON Web Tokens that take part, each by its adapter in `examples/conformance-jwt/`. */
import { fileURLToPath } from "node:url";
import { version } from "../../src/cli/version.ts";
import { JwtTarget, jwtCases } from "../../src/conformance/index.ts";
import { packageVersion, pythonModuleVersion } from "./installed.ts";
import type { LeftOut, Peer } from "./peer.ts";
import { quoted, started } from "./started.ts";

export function verifiers(): readonly (Peer | LeftOut)[] {
  return [barewireVerifier(), fromNpm("jose"), fromNpm("jsonwebtoken"), fromNpm("fast-jwt"), pyJwt()];
}

/** Our own. */
export function barewireVerifier(): Peer {
  const fromSource = quoted(fileURLToPath(new URL("./peers/from-source.ts", import.meta.url)));
  return verifier("barewire", version(), `${node} --import ${fromSource} ${adapter("barewire.mjs")}`);
}

function fromNpm(name: string): Peer {
  return verifier(name, packageVersion(name, process.cwd())!, `${node} ${adapter(`${name}.mjs`)}`);
}

function pyJwt(): Peer | LeftOut {
  const found = pythonModuleVersion("jwt");
  if (found === undefined) return { role: "jwt", name: "PyJWT", missing: "pip install 'PyJWT[crypto]'" };
  return verifier("PyJWT", found, `python3 ${adapter("pyjwt.py")}`);
}

function verifier(name: string, version: string, command: string): Peer {
  const peer = { role: "jwt", name, version, setup: "" } as const;
  return {
    ...peer,
    start: async () =>
      started({ peer, cases: jwtCases, target: new JwtTarget({ name, command: `exec ${command}` }) }),
  };
}

const node = quoted(process.execPath);

function adapter(name: string): string {
  return quoted(fileURLToPath(new URL(`../../examples/conformance-jwt/${name}`, import.meta.url)));
}
