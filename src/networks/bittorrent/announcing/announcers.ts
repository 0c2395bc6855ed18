import type { AnnounceReport, Announcement, Announcer, Announcing } from '../bittorrent.ts'

/** Several ways to be found as one. */
export function announcersTogether(announcers: readonly Announcer[]): Announcer {
  return {
    announce: (announcement, onPeers) =>
      new AnnouncingTogether(announcers.map((each) => each.announce(announcement, onPeers))),
  }
}

/** What announces nothing, such as a private torrent to the DHT. */
export const silentAnnouncing: Announcing = {
  completed() {},
  hurry() {},
  reports: () => [],
  async [Symbol.asyncDispose]() {},
}

/** The same, but without what is for trackers alone: for ways that everybody can listen to (BEP 27). */
export function publicOnly(announce: Announcer['announce']): Announcer {
  return {
    announce: (announcement: Announcement, onPeers) =>
      announcement.isPrivate ? silentAnnouncing : announce(announcement, onPeers),
  }
}

class AnnouncingTogether implements Announcing {
  readonly #all: readonly Announcing[]

  constructor(all: readonly Announcing[]) {
    this.#all = all
  }

  completed(): void {
    for (const each of this.#all) each.completed()
  }

  hurry(): void {
    for (const each of this.#all) each.hurry()
  }

  reports(): readonly AnnounceReport[] {
    return this.#all.flatMap((each) => each.reports())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((each) => each[Symbol.asyncDispose]()))
  }
}
