/** Called with what another process has announced. */
export type AnnouncementListener = (text: string) => void;

/** Who listens to what other processes announce, by topic. */
export class Announcements {
  readonly #listeners = new Map<string, AnnouncementListener[]>();

  on(topic: string, listener: AnnouncementListener): void {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  tell(topic: string, text: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(text);
  }
}
