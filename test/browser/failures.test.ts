/** Everything that can go wrong for somebody at the page is said in words, and passes. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Account, House } from "./house.ts";
import type { Arrival, Visitor } from "./visitor.ts";

let house: House;
let ann: Account;
/** Logged in as ann, with devices that can be broken; between tests in the lobby. */
let regular: Visitor;
const visitors: Visitor[] = [];

beforeAll(async () => {
  house = await House.open();
  ann = await house.account("ann");
  regular = await house.visit("ann", {
    ...ann,
    prepare: (page) => page.addInitScript(makeDevicesBreakable),
  });
});
afterEach(async () => {
  for (const visitor of visitors.splice(0)) await visitor.close();
  if (await regular.page.isVisible("#leave")) await regular.page.click("#leave");
  await regular.seesView("lobby");
  expect(house.complaints).toEqual([]);
});
afterAll(() => house?.close());

async function visit(name: string, arrival: Arrival = {}): Promise<Visitor> {
  const visitor = await house.visit(name, arrival);
  visitors.push(visitor);
  return visitor;
}

const error = (form: string): string => `#${form}-form .form-error`;

describe("registering", () => {
  it("says that a name is taken, and goes on with another", async () => {
    const stranger = await visit("ann");
    await stranger.fillRegistration("a password of their own");
    await stranger.seesWords(error("register"), /That name is taken\. Choose another/);
    expect(await stranger.page.evaluate(() => document.activeElement?.id)).toBe("register-username");
    await stranger.fillRegistration("a password of their own", "anna");
    await stranger.seesView("lobby");
  });

  it("says what a password needs, and goes on with a better one", async () => {
    const hasty = await visit("hasty");
    await hasty.fillRegistration("1234567");
    await hasty.seesWords(error("register"), /at least 8 characters/);
    expect(await hasty.page.evaluate(() => document.activeElement?.id)).toBe("register-password");
    await hasty.fillRegistration("12345678");
    await hasty.seesWords(error("register"), /guessed first/);
    await hasty.register("8 signs!");
  });

  it("says what a name may be, and what was left empty", async () => {
    const stranger = await visit("<b>me</b>");
    await stranger.fillRegistration("a good long password");
    await stranger.seesWords(error("register"), /3 to 32 characters/);
    expect(await stranger.page.evaluate(() => document.activeElement?.id)).toBe("register-username");
    await stranger.fillRegistration("", "");
    await stranger.seesWords(error("register"), /Enter your name/);
    await stranger.fillRegistration("", "me");
    await stranger.seesWords(error("register"), /Enter your password/);
  });
});

describe("logging in", () => {
  it("says that the password is wrong, or that the server is away, and then works", async () => {
    const early = await visit("ann");
    await early.logIn("not the password");
    await early.seesWords(error("login"), /^Name or password is wrong\.$/);
    await house.stop();
    await early.logIn();
    await early.seesWords(error("login"), /The server does not answer.*try again/);
    await house.start();
    await early.logIn();
    await early.seesView("lobby");
  });

  it("says that the browser kept no cookie", async () => {
    const strict = await visit("ann", {
      prepare: (page) => page.route("**/auth/me", (route) => route.fulfill({ status: 401, body: "{}" })),
    });
    await strict.logIn();
    await strict.seesWords(error("login"), /did not keep the login.*allow cookies/);
  });

  it("waits for a server that goes away while the page loads", async () => {
    const early = await visit("ann", {
      ...ann,
      prepare: (page) => page.route("**/auth/me", (r) => r.abort()),
    });
    await early.seesWords("#banner", /Connection lost, trying again in \d s/);
    await early.page.unroute("**/auth/me");
    await early.seesView("lobby");
    await early.seesConnection();
  });
});

describe("a room", () => {
  it("that cannot be is answered with what a name may be, on loading and later", async () => {
    const lost = await visit("ann", { ...ann, room: "two%20words" });
    await lost.seesView("lobby");
    await lost.seesWords(error("room"), /letters.*digits.*up to 64/);
    expect(await lost.page.inputValue("#room-name")).toBe("two words");
    for (const room of ["caf%C3%A9", "100%", "x".repeat(65), "%3Cimg%20src=x%20onerror=alert(1)%3E"]) {
      await lost.join("kitchen");
      await lost.page.goto(`${house.url}/#${room}`);
      await lost.seesView("lobby");
      await lost.seesWords(error("room"), /letters.*digits.*up to 64/);
    }
    await lost.join("kitchen");
    await lost.page.click("#leave");
    await lost.page.fill("#room-name", "two words");
    await lost.page.press("#room-name", "Enter");
    await lost.seesWords(error("room"), /letters.*digits.*up to 64/);
  });

  it("that is full is named, and can be entered when somebody has left", async () => {
    const crowd = await Promise.all(Array.from({ length: 16 }, () => house.send(ann.token, "crowded")));
    await regular.page.goto(`${house.url}/#crowded`);
    await regular.seesWords(error("room"), /Room crowded is full/);
    expect(await regular.page.inputValue("#room-name")).toBe("crowded");
    crowd.pop()?.close(1000);
    await regular.page.click("#room-form button[type=submit]");
    await regular.seesView("room");
    await regular.seesOthers(15);
    for (const socket of crowd) socket.close(1000);
    await regular.seesOthers(0);
  });

  it("survives the server: a countdown, what was said meanwhile can be sent again, and then all is as before", async () => {
    await regular.join("kitchen");
    await house.stop();
    await regular.seesWords("#banner", /Connection lost, trying again in \d s/);
    await regular.seesWords("#status", /Offline|Connecting/);
    await regular.say("are you there?");
    await regular.seesWords("#messages .delivery", /Waiting for the server/);
    expect(await regular.page.inputValue("#chat-text")).toBe("");
    await house.start();
    await regular.seesConnection();
    await regular.seesWords("#messages .delivery", /Not sent.*nobody knows whether it arrived/);
    await regular.page.click("#messages .again");
    await regular.page.waitForSelector('#messages li[data-delivery="done"]');
    expect(await regular.messagesOf("ann")).toEqual(["are you there?"]);
    expect(await regular.page.isVisible("#messages .again")).toBe(false);
  });

  it("of which some people are out of reach is said in a quiet line, until they are in reach again", async () => {
    let tell = (_rooms: string): void => {};
    const alone = await visit("ann", {
      ...ann,
      room: "kitchen",
      prepare: (page) =>
        page.routeWebSocket("**/ws", (socket) => {
          socket.connectToServer();
          tell = (rooms) => socket.send(JSON.stringify({ type: "service", rooms }));
        }),
    });
    await alone.seesView("room");
    expect(await alone.page.isVisible("#service")).toBe(false);
    tell("local");
    await alone.seesWords("#service", /Some people may be out of reach/);
    expect(await alone.page.textContent("#notice")).toBe("");
    tell("shared");
    await alone.page.waitForSelector("#service", { state: "hidden" });
  });

  it("is returned to after a login that was ended elsewhere", async () => {
    const login = await house.account("cleo");
    const cleo = await visit("cleo", { ...login, room: "kitchen" });
    await cleo.seesView("room");
    await cleo.startMedia();
    const headers = { authorization: `Bearer ${login.token}` };
    expect((await fetch(`${house.url}/auth/logout`, { method: "POST", headers })).status).toBe(204);
    await cleo.seesView("login");
    await cleo.seesWords("#notice", /Your login has ended\. Log in again/);
    await cleo.logIn();
    await cleo.seesView("room");
    expect(await cleo.page.textContent("#room-title")).toBe("kitchen");
    expect(await cleo.page.textContent("#notice")).toBe("");
    await cleo.startMedia();
  });

  it("is left when the login ended while the server was away", async () => {
    const login = await house.account("dora");
    const dora = await visit("dora", { ...login, room: "kitchen" });
    await dora.seesView("room");
    await house.stop();
    await dora.seesLostConnection();
    await dora.page.context().clearCookies();
    await house.start();
    await dora.seesView("login");
    await dora.seesWords("#notice", /Your login has ended/);
    await dora.seesConnection();
  });
});

/** What `navigator.mediaDevices.getUserMedia` of this page fails with from now on; "" and it does not. */
const breakDevices = (page: Page, audio: string, video: string): Promise<unknown> =>
  page.evaluate((faults) => Object.assign(globalThis, { faults }), { audio, video });

/** Runs in the page, before its script. */
function makeDevicesBreakable(): void {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints = {}) => {
    const { faults } = globalThis as { faults?: { audio: string; video: string } };
    const fault = (constraints.audio && faults?.audio) || (constraints.video && faults?.video);
    if (fault) throw new DOMException("", fault);
    return await open(constraints);
  };
}

describe("camera and microphone", () => {
  it("that are refused, missing or busy are spoken of, and start when that is over", async () => {
    for (const [fault, sentence] of [
      ["NotAllowedError", /may not use your camera or microphone\. Allow them/],
      ["NotFoundError", /No camera or microphone found\. Plug them in/],
      ["NotReadableError", /cannot be opened: another program may be using them/],
    ] as const) {
      await regular.join("studio");
      await breakDevices(regular.page, fault, fault);
      await regular.page.click("#start-media");
      await regular.seesWords("#notice", sentence);
      await regular.say("I can still write");
      await regular.seesMessage("I can still write");
      await breakDevices(regular.page, "", "");
      await regular.startMedia();
      expect(await regular.page.textContent("#notice")).toBe("");
      await regular.page.click("#leave");
      await regular.seesView("lobby");
    }
  });

  it("start one without the other", async () => {
    await regular.join("studio");
    await breakDevices(regular.page, "", "NotFoundError");
    await regular.page.click("#start-media");
    await regular.seesWords("#notice", /^No camera found\. Plug it in/);
    await regular.seesWords("#toggle-mic", /Mute/);
    await regular.seesWords("#toggle-camera", /Start camera/);
    await breakDevices(regular.page, "", "");
  });

  it("that go away by themselves are spoken of", async () => {
    await regular.join("studio");
    await regular.startMedia();
    await regular.page.evaluate(() => {
      const { srcObject } = document.querySelector<HTMLVideoElement>("#local-video")!;
      (srcObject as MediaStream).getVideoTracks()[0]!.dispatchEvent(new Event("ended"));
    });
    await regular.seesWords("#notice", /The camera went away/);
    await regular.seesWords("#toggle-camera", /Start camera/);
    await regular.page.click("#toggle-camera");
    await regular.seesWords("#toggle-camera", /Stop camera/);
    expect(await regular.page.textContent("#notice")).toBe("");
  });
});

describe("a browser without WebRTC", () => {
  it("is told that it can chat and not call", async () => {
    const old = await visit("ann", {
      ...ann,
      room: "studio",
      prepare: (page) =>
        page.addInitScript(() => {
          Reflect.deleteProperty(globalThis, "RTCPeerConnection");
        }),
    });
    await old.seesView("room");
    await old.seesWords("#notice", /no WebRTC\. You can chat here/);
    expect(await old.page.isDisabled("#start-media")).toBe(true);
    const other = await house.send(ann.token, "studio");
    await old.seesOthers(1);
    other.send(JSON.stringify({ type: "message", text: "hello" }));
    await old.seesMessage("hello");
    other.close(1000);
    await old.seesOthers(0);
  });
});
