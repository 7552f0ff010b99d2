import { createHmac, createPublicKey } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { Revocations } from "../../src/auth/revocation.ts";
import { type Session, Sessions, type SessionsOptions } from "../../src/auth/sessions.ts";
import { loadOrCreateSigningKey } from "../../src/auth/signing-key.ts";
import { SqliteStore } from "../../src/auth/sqlite-store.ts";
import {
  type Claims,
  decodeJwt,
  exportJwk,
  generateKey,
  importKey,
  type Jwk,
  type Key,
  signJwt,
  verifyJwt,
} from "../../src/jwt/index.ts";

const start = 1_700_000_000;
const alice = { id: "account-1", username: "Alice" };
const code = (value: string) => expect.objectContaining({ code: value });

let key: Key;
let foreignKey: Key;
beforeAll(async () => {
  key = await generateKey("ES256", { kid: "ours" });
  foreignKey = await generateKey("ES256", { kid: "ours" });
});

/** Sessions on a clock that the test moves (in seconds), with tokens named t1, t2, … */
async function setUp(options: Partial<SessionsOptions> & { store?: MemoryStore } = {}) {
  const { store = new MemoryStore(), ...rest } = options;
  const clock = { seconds: start };
  let ids = 0;
  const randomId = (): string => {
    ids += 1;
    return `t${ids}`;
  };
  const revocations = await Revocations.load(store, start);
  const sessions = new Sessions({
    key,
    issuer: "https://barewire.example",
    audience: "barewire",
    revocations,
    now: () => clock.seconds * 1000,
    randomId,
    ...rest,
  });
  return { sessions, clock, store };
}

/** Claims that would be accepted, at {@link start}. */
const good: Claims = {
  iss: "https://barewire.example",
  aud: "barewire",
  sub: "account-1",
  client_id: "barewire",
  iat: start,
  exp: start + 600,
  jti: "t0",
  preferred_username: "Alice",
};
const sign = (claims: Claims, { by = key, typ = "at+jwt" } = {}): string => signJwt(claims, by, { typ });

/** The BASE64URL of a JSON object, as a part of a token made by hand. */
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("RFC 9068 §2 the access token", () => {
  it("is an ES256 JWT of type at+jwt, which names its key", async () => {
    const { sessions } = await setUp();
    const { header } = decodeJwt(sessions.issue(alice).token);
    expect(header).toEqual({ alg: "ES256", typ: "at+jwt", kid: "ours" });
  });

  it("has the seven claims that are required, and the username", async () => {
    const { sessions } = await setUp();
    const { claims } = decodeJwt(sessions.issue(alice).token);
    expect(claims).toEqual({
      iss: "https://barewire.example",
      aud: "barewire",
      sub: "account-1",
      client_id: "barewire",
      iat: start,
      exp: start + 600,
      jti: "t1",
      preferred_username: "Alice",
    });
  });

  it("lives as long as the options say, from the whole second it was issued in", async () => {
    const { sessions, clock } = await setUp({ lifetimeSeconds: 30, clientId: "page" });
    clock.seconds = start + 0.9;
    const issued = sessions.issue(alice);
    expect(issued.expiresIn).toBe(30);
    expect(issued.session).toEqual({
      accountId: "account-1",
      username: "Alice",
      tokenId: "t1",
      expiresAt: start + 30,
    });
    expect(decodeJwt(issued.token).claims).toMatchObject({ iat: start, exp: start + 30, client_id: "page" });
  });

  it("is another one each time", async () => {
    const { sessions } = await setUp();
    expect(sessions.issue(alice).session.tokenId).not.toBe(sessions.issue(alice).session.tokenId);
  });
});

describe("RFC 9068 §4 authenticating", () => {
  it("gives the session that was issued", async () => {
    const { sessions } = await setUp();
    const { token, session } = sessions.issue(alice);
    expect(sessions.authenticate(token)).toEqual(session);
  });

  it("accepts until the last moment, and refuses from the expiry on as token/expired", async () => {
    const { sessions, clock } = await setUp();
    const { token, session } = sessions.issue(alice);
    clock.seconds = start + 599.999;
    expect(sessions.authenticate(token)).toEqual(session);
    clock.seconds = start + 600;
    expect(() => sessions.authenticate(token)).toThrow(code("token/expired"));
  });

  it("accepts the long spelling of its type", async () => {
    const { sessions } = await setUp();
    expect(sessions.authenticate(sign(good, { typ: "application/at+jwt" }))).toMatchObject({ tokenId: "t0" });
  });

  it.each([
    ["nothing", () => ""],
    ["text", () => "not a token"],
    ["a token cut short", () => sign(good).slice(0, -1)],
    [
      "a token with a changed claim",
      () => {
        const [header, , signature] = sign(good).split(".");
        return `${header}.${encode({ ...good, sub: "account-2" })}.${signature}`;
      },
    ],
    ["an unsigned token", () => `${encode({ alg: "none", typ: "at+jwt", kid: "ours" })}.${encode(good)}.`],
    [
      "a token signed with our public key as a secret",
      () => {
        const input = `${encode({ alg: "HS256", typ: "at+jwt", kid: "ours" })}.${encode(good)}`;
        const secret = createPublicKey(key.material).export({ format: "pem", type: "spki" });
        return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
      },
    ],
    ["a token of another key by the same name", () => sign(good, { by: foreignKey })],
    [
      "a token of our key by another name",
      () => sign(good, { by: importKey(exportJwk(key, { private: true }), "ES256", { kid: "theirs" }) }),
    ],
    ["a token of another type", () => sign(good, { typ: "JWT" })],
    ["a token of another issuer", () => sign({ ...good, iss: "https://elsewhere.example" })],
    ["a token for another audience", () => sign({ ...good, aud: "billing" })],
    ["a token without an issuer", () => sign({ ...good, iss: undefined })],
    ["a token without an audience", () => sign({ ...good, aud: undefined })],
    ["a token without an expiry", () => sign({ ...good, exp: undefined })],
    ["a token without a subject", () => sign({ ...good, sub: undefined })],
    ["a token without an id", () => sign({ ...good, jti: undefined })],
    ["a token without a username", () => sign({ ...good, preferred_username: undefined })],
    ["a token whose username is no text", () => sign({ ...good, preferred_username: 7 })],
    ["a token for later", () => sign({ ...good, nbf: start + 60 })],
    ["an expired token of another key", () => sign({ ...good, exp: start - 1 }, { by: foreignKey })],
  ])("refuses %s as token/invalid", async (_what, token) => {
    const { sessions } = await setUp();
    expect(sessions.authenticate(sign(good))).toMatchObject({ tokenId: "t0" });
    expect(() => sessions.authenticate(token())).toThrow(code("token/invalid"));
  });

  it("does not show the token in the error", async () => {
    const { sessions } = await setUp();
    const token = sign(good, { by: foreignKey });
    let shown = "";
    try {
      sessions.authenticate(token);
    } catch (error) {
      shown = JSON.stringify([String(error), (error as Error).stack, String((error as Error).cause)]);
    }
    expect(shown).toContain("The token is not valid here.");
    for (const part of token.split(".")) expect(shown).not.toContain(part);
  });
});

describe("ending a session", () => {
  it("refuses its token as token/revoked, and no other", async () => {
    const { sessions } = await setUp();
    const [one, two] = [sessions.issue(alice), sessions.issue(alice)];
    await sessions.end(one.session);
    expect(() => sessions.authenticate(one.token)).toThrow(code("token/revoked"));
    expect(sessions.authenticate(two.token)).toEqual(two.session);
  });

  it("says of a session that was authenticated before whether it was ended since", async () => {
    const { sessions } = await setUp();
    const session = sessions.authenticate(sessions.issue(alice).token);
    expect(sessions.isEnded(session)).toBe(false);
    await sessions.end(session);
    expect(sessions.isEnded(session)).toBe(true);
  });

  it("tells who listens, once, after the token is refused and remembered, and before it resolves", async () => {
    const { sessions, store } = await setUp();
    const { token, session } = sessions.issue(alice);
    const transcript: unknown[] = [];
    sessions.onEnd((ended) => {
      transcript.push(ended);
      expect(() => sessions.authenticate(token)).toThrow(code("token/revoked"));
    });
    const add = store.add.bind(store);
    store.add = async (...revocation) => {
      await add(...revocation);
      transcript.push("durable");
    };
    await sessions.end(session);
    transcript.push("resolved");
    await sessions.end(session);
    expect(transcript).toEqual(["durable", session, "resolved"]);
  });

  it("tells who listens once when it is asked for twice at the same moment", async () => {
    const { sessions } = await setUp();
    const told: Session[] = [];
    sessions.onEnd((ended) => told.push(ended));
    const { session } = sessions.issue(alice);
    await Promise.all([sessions.end(session), sessions.end(session)]);
    expect(told).toEqual([session]);
  });

  it("tells everybody who listens, and nobody who stopped", async () => {
    const { sessions } = await setUp();
    const told: string[] = [];
    sessions.onEnd(() => told.push("first"));
    const stop = sessions.onEnd(() => told.push("second"));
    sessions.onEnd(() => told.push("third"));
    stop();
    await sessions.end(sessions.issue(alice).session);
    expect(told).toEqual(["first", "third"]);
  });

  it("tells the others when a listener throws, and rejects with its error", async () => {
    const { sessions } = await setUp();
    const told: Session[] = [];
    const fault = new Error("fault of the listener");
    sessions.onEnd(() => {
      throw fault;
    });
    sessions.onEnd((session) => told.push(session));
    const { token, session } = sessions.issue(alice);
    await expect(sessions.end(session)).rejects.toMatchObject({ errors: [fault] });
    expect(told).toEqual([session]);
    expect(() => sessions.authenticate(token)).toThrow(code("token/revoked"));
  });

  it("rejects when the store fails, tells nobody, and can be tried again", async () => {
    const { sessions, store } = await setUp();
    const { token, session } = sessions.issue(alice);
    const told: Session[] = [];
    sessions.onEnd((ended) => told.push(ended));
    const add = store.add.bind(store);
    store.add = async () => {
      throw new Error("disk full");
    };
    await expect(sessions.end(session)).rejects.toThrow("disk full");
    expect(told).toEqual([]);
    expect(sessions.authenticate(token)).toEqual(session);
    store.add = add;
    await sessions.end(session);
    expect(told).toEqual([session]);
  });

  it("survives a restart with the same store and key", async () => {
    const { sessions, store } = await setUp();
    const [one, two] = [sessions.issue(alice), sessions.issue(alice)];
    await sessions.end(one.session);
    const { sessions: restarted } = await setUp({ store });
    expect(() => restarted.authenticate(one.token)).toThrow(code("token/revoked"));
    expect(restarted.authenticate(two.token)).toEqual(two.session);
  });
});

describe("a restart with everything in files", () => {
  it("accepts what was issued before and refuses what was revoked before", async () => {
    const folder = await mkdtemp(join(tmpdir(), "barewire-sessions-"));
    const run = async () => {
      const file = await SqliteStore.open(join(folder, "barewire.db"));
      const revocations = await Revocations.load(file, start);
      const key = await loadOrCreateSigningKey(join(folder, "key.json"));
      const { sessions } = await setUp({ key, revocations, randomId: () => crypto.randomUUID() });
      return { sessions, file };
    };
    const before = await run();
    const [one, two] = [before.sessions.issue(alice), before.sessions.issue(alice)];
    await before.sessions.end(one.session);
    before.file.close();
    const after = await run();
    expect(() => after.sessions.authenticate(one.token)).toThrow(code("token/revoked"));
    expect(after.sessions.authenticate(two.token)).toEqual(two.session);
    after.file.close();
    await rm(folder, { recursive: true });
  });
});

describe("RFC 7517 §5 the public keys", () => {
  it("hold no private part, and verify a token", async () => {
    const { sessions } = await setUp();
    const { keys } = sessions.publicJwks();
    expect(keys.map((jwk) => Object.keys(jwk).sort())).toEqual([["alg", "crv", "kid", "kty", "x", "y"]]);
    const { token, session } = sessions.issue(alice);
    const policy = { issuer: "https://barewire.example", audience: "barewire", typ: "at+jwt" };
    const { claims } = verifyJwt(token, importKey(keys[0] as Jwk, "ES256"), policy, start);
    expect(claims.sub).toBe(session.accountId);
  });
});

describe("the options of sessions", () => {
  it("are refused with a public key or a secret", async () => {
    const publicKey = importKey(exportJwk(key), "ES256");
    await expect(setUp({ key: publicKey })).rejects.toThrow(TypeError);
    const secret = importKey(new Uint8Array(32).fill(7), "HS256");
    await expect(setUp({ key: secret })).rejects.toThrow(TypeError);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "are refused with a lifetime of %d seconds",
    async (lifetimeSeconds) => {
      await expect(setUp({ lifetimeSeconds })).rejects.toThrow(RangeError);
    },
  );
});
