import { Topic } from '../../base/topic.ts'
import { contentKey } from '../../content/content-id.ts'
import type { ContentId, Stage } from '../../content/content.ts'
import type { Gain } from '../transfer.ts'

/** The contents of a copy that are on their way in: others may be served from them, piece by piece. */
export class Stages {
  /** Which pieces have come. */
  readonly gains = new Topic<Gain>()
  readonly #stagesByKey = new Map<string, Stage>()
  readonly #tailsByKey = new Map<string, Promise<unknown>>()

  get(content: ContentId): Stage | undefined {
    return this.#stagesByKey.get(contentKey(content))
  }

  all(): Iterable<Stage> {
    return this.#stagesByKey.values()
  }

  /** Shows a stage until disposed. */
  show(stage: Stage): Disposable {
    const key = contentKey(stage.content)
    this.#stagesByKey.set(key, stage)
    return { [Symbol.dispose]: () => this.#stagesByKey.delete(key) }
  }

  gained(content: ContentId, index: number): void {
    this.gains.publish({ content, pieces: [index] })
  }

  /** Runs tasks of one key one after another: a content wanted at two places has one stage. */
  async once<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#tailsByKey.get(key) ?? Promise.resolve()
    const mine = before.then(task, task)
    const tail = mine.catch(() => {})
    this.#tailsByKey.set(key, tail)
    try {
      return await mine
    } finally {
      if (this.#tailsByKey.get(key) === tail) this.#tailsByKey.delete(key)
    }
  }
}
