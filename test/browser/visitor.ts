/** Somebody at the page, in a browser context of their own: what they do, and what they get to see. */
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";

export const PASSWORD = "correct horse battery staple";

/** How somebody comes. */
export interface Arrival extends BrowserContextOptions {
  /** The room that the link they follow leads to. */
  readonly room?: string | undefined;
  /** What their browser does before the page's own script runs. */
  readonly prepare?: ((page: Page) => Promise<unknown>) | undefined;
}

/**
 * The browser reports every refused request and every lost connection by itself; and what is said in the moment in which
 * the server closes a connection, which is said once more on the next one.
 */
const reportedByItself = /Failed to load resource|WebSocket connection to|WebSocket is already in CLOSING/;

export class Visitor {
  readonly name: string;
  readonly page: Page;
  /** What the page's console and its uncaught errors said that no page should say. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !reportedByItself.test(text)) this.complaints.push(text);
    });
  }

  static async open(browser: Browser, url: string, name: string, arrival: Arrival = {}): Promise<Visitor> {
    const { room = "", prepare, ...options } = arrival;
    const context = await browser.newContext({ permissions: ["camera", "microphone"], ...options });
    const visitor = new Visitor(name, context, await context.newPage());
    await visitor.page.addInitScript(complainOfViolations);
    await prepare?.(visitor.page);
    await visitor.page.goto(room === "" ? url : `${url}/#${room}`);
    return visitor;
  }

  async register(password: string = PASSWORD): Promise<void> {
    await this.fillRegistration(password);
    await this.seesView("lobby");
  }

  /** Sends the form, and leaves it to the page what comes of it. */
  async fillRegistration(password: string, name: string = this.name): Promise<void> {
    await this.seesView("login");
    if (await this.page.isHidden("#register-form")) await this.page.click("#show-register");
    await this.#fill("#register-form", password, name);
  }

  async logIn(password: string = PASSWORD): Promise<void> {
    await this.#fill("#login-form", password);
  }

  async join(room: string): Promise<void> {
    await this.page.fill("#room-form input[name=room]", room);
    await this.page.click("#room-form button[type=submit]");
    await this.seesView("room");
  }

  async say(text: string): Promise<void> {
    await this.page.fill("#chat-form input[name=text]", text);
    await this.page.press("#chat-form input[name=text]", "Enter");
  }

  async startMedia(): Promise<void> {
    await this.page.click("#start-media");
    await this.page.waitForFunction(() => {
      const video = document.querySelector<HTMLVideoElement>("#local-video");
      return video !== null && video.videoWidth > 0;
    });
  }

  seesView(view: "login" | "lobby" | "room"): Promise<unknown> {
    return this.page.waitForSelector(`body[data-view="${view}"]`);
  }

  /** Until what the selector finds is shown and says such a sentence. */
  seesWords(selector: string, sentence: RegExp): Promise<unknown> {
    return this.page.waitForFunction(
      ([where, source]) => {
        const element = document.querySelector<HTMLElement>(where);
        return element?.checkVisibility() && new RegExp(source).test(element.innerText);
      },
      [selector, sentence.source] as const,
    );
  }

  /** The tile with this name on it. */
  tile(name: string): Locator {
    return this.page
      .locator(".tile")
      .filter({ has: this.page.locator(`.name:text-is(${JSON.stringify(name)})`) });
  }

  /** The line with this name in the list of people. */
  line(name: string): Locator {
    return this.page
      .locator("#people li[data-peer]")
      .filter({ has: this.page.locator(`.name:text-is(${JSON.stringify(name)})`) });
  }

  /** What the log holds of somebody, oldest first. */
  messagesOf(user: string): Promise<string[]> {
    return this.page.locator(`#messages li[data-user=${JSON.stringify(user)}] .text`).allTextContents();
  }

  seesMessage(text: string): Promise<unknown> {
    return this.page.waitForSelector(`#messages li:has-text(${JSON.stringify(text)})`);
  }

  /** Until the page says that the server is gone. */
  seesLostConnection(): Promise<unknown> {
    return this.page.waitForSelector("#banner:not([hidden])");
  }

  /** Until the page says no more that the server is gone. */
  seesConnection(): Promise<unknown> {
    return this.page.waitForSelector("#banner", { state: "hidden" });
  }

  /** Until so many others are in the room, as the list of people says. */
  seesOthers(count: number): Promise<unknown> {
    return this.page.waitForFunction(
      (expected) => document.querySelectorAll("#people li[data-peer]").length === expected,
      count,
    );
  }

  /** Until every other's video has shown frames for `seconds`, each second more than before. */
  async seesMovingVideos(count: number, seconds: number): Promise<void> {
    let before = await this.#frames();
    for (let second = 0; second < seconds; second++) {
      await this.page.waitForFunction(
        ([expected, earlier]) => {
          const now = [...document.querySelectorAll<HTMLVideoElement>("video[data-peer]")].map(
            (video) => video.getVideoPlaybackQuality().totalVideoFrames,
          );
          return now.length === expected && now.every((frames, i) => frames > (earlier[i] ?? 0));
        },
        [count, before] as const,
      );
      before = await this.#frames();
      await this.page.waitForTimeout(1_000);
    }
  }

  #frames(): Promise<number[]> {
    return this.page.$$eval("video[data-peer]", (videos) =>
      videos.map((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames),
    );
  }

  /** Until sound arrives from every other: the made-up microphones beep once a second. */
  async hearsOthers(count: number): Promise<void> {
    const videos = await this.page.$$("video[data-peer]");
    if (videos.length !== count) throw new Error(`${videos.length} videos, not ${count}`);
    for (const video of videos) await video.evaluate(untilLoud);
  }

  /** Until the picture of every other is shown, in place of their initials. */
  seesPictures(count: number): Promise<unknown> {
    return this.page.waitForFunction(
      (expected) =>
        document.querySelectorAll('#tiles [data-picture="true"] video[data-peer]').length === expected,
      count,
    );
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  async #fill(form: string, password = PASSWORD, name = this.name): Promise<void> {
    await this.page.fill(`${form} input[name=username]`, name);
    await this.page.fill(`${form} input[name=password]`, password);
    await this.page.click(`${form} button[type=submit]`);
  }
}

/** Runs in the page: what its Content Security Policy forbade is a complaint. */
function complainOfViolations(): void {
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
    console.error(`policy: ${violatedDirective} forbade ${blockedURI} (${sourceFile})`),
  );
}

/** Runs in the page: resolves once the video has a stream whose samples of sound are not silence. */
async function untilLoud(video: Node): Promise<void> {
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  const stream = (): MediaStream | null => (video as HTMLVideoElement).srcObject as MediaStream | null;
  while ((stream()?.getAudioTracks().length ?? 0) === 0) await pause();
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream()!).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  do {
    await pause();
    analyser.getFloatTimeDomainData(samples);
  } while (samples.every((sample) => Math.abs(sample) < 0.01));
  await context.close();
}
