import { contentKey, pieceCount } from '../../content/content-id.ts'
import type { ContentId, PageSource, TreeSummary } from '../../content/content.ts'
import { diffTrees } from '../../content/tree/diff.ts'
import { emptyTree } from '../../content/tree/page.ts'
import type { Possession } from '../transfer.ts'
import type { Stages } from './stages.ts'

/** Which contents of a share an unfinished copy can serve: the files that are here, and those on their way in. */
export class Possessions {
  readonly #stages: Stages
  readonly #wholeByKey = new Map<string, ContentId>()

  constructor(stages: Stages) {
    this.#stages = stages
  }

  /** Takes note of the files that came in earlier runs. */
  async load(pages: PageSource, tree: TreeSummary, signal: AbortSignal): Promise<void> {
    for await (const found of diffTrees({ pages, tree: emptyTree }, { pages, tree }, signal)) {
      if (this.#wholeByKey.size >= possessionsMax) return
      if (found.kind === 'added' && found.entry.kind === 'file') this.#note(found.entry.content)
    }
  }

  /** A file is here: tells it to whoever listens. */
  add(content: ContentId): void {
    this.#note(content)
    const pieces = Array.from({ length: pieceCount(content.length) }, (_, index) => index)
    this.#stages.gains.publish({ content, pieces })
  }

  all(): readonly Possession[] {
    const whole = [...this.#wholeByKey.values()].map((content) => ({
      content,
      pieces: 'all' as const,
    }))
    const coming = [...this.#stages.all()].map(({ content, have }) => ({ content, pieces: have }))
    return [...whole, ...coming]
  }

  #note(content: ContentId): void {
    if (this.#wholeByKey.size < possessionsMax) this.#wholeByKey.set(contentKey(content), content)
  }
}

/** As many as watchers are told of (Holding.partial). */
const possessionsMax = 65_536
