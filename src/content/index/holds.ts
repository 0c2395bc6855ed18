import type { SharePath } from '../content.ts'
import { parentOf, sharePathOfRoot } from '../names.ts'

/** Paths that the writer is at work on. */
export class Holds {
  readonly #countByPath = new Map<SharePath, number>()

  hold(paths: readonly SharePath[]): Disposable {
    for (const path of paths) this.#countByPath.set(path, (this.#countByPath.get(path) ?? 0) + 1)
    let isHeld = true
    return {
      [Symbol.dispose]: () => {
        if (isHeld) for (const path of paths) this.#release(path)
        isHeld = false
      },
    }
  }

  /** Whether the path, or one above it, is held. */
  isHeld(path: SharePath): boolean {
    if (this.#countByPath.size === 0) return false
    for (let at = path; ; at = parentOf(at)) {
      if (this.#countByPath.has(at)) return true
      if (at === sharePathOfRoot) return false
    }
  }

  #release(path: SharePath): void {
    const count = this.#countByPath.get(path) ?? 0
    if (count > 1) this.#countByPath.set(path, count - 1)
    else this.#countByPath.delete(path)
  }
}
