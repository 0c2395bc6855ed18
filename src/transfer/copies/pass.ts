import { join } from 'node:path'
import type { Surroundings } from '../../base/base.ts'
import { errorKind } from '../../base/errors.ts'
import type { Base, ContentId, Entry, Folder, Installed, SharePath } from '../../content/content.ts'
import { namesOf } from '../../content/names.ts'
import { emptyTree } from '../../content/tree/page.ts'
import { OfflineError } from '../../mesh/errors.ts'
import type { RemoteEditor, RemoteShare } from '../transfer.ts'
import type { Exceptions } from './agreed.ts'
import type { Side } from './decide.ts'
import type { Progress } from './progress.ts'
import { Puller } from './pull.ts'
import type { Wanted } from './pull.ts'
import type { Stages } from './stages.ts'
import { threeWay } from './three-way.ts'
import type { Step, ThreeTrees } from './three-way.ts'

export interface PassOptions {
  readonly trees: ThreeTrees
  readonly mode: 'once' | 'follow'
  /** The owner is still indexing: what is not in the tree may come yet, so nothing is removed for it. */
  readonly isPartial: boolean
  readonly folder: Folder
  readonly remote: RemoteShare
  /** Where a path of the trees stands in the share. */
  readonly remotePath: (path: SharePath) => SharePath
  /** Whose share it is, for versions and trash here. */
  readonly who: string
  readonly surroundings: Surroundings
  readonly progress: Progress
  readonly stages: Stages
  /** A file of the share is here, whole. */
  readonly onFile: (content: ContentId) => void
  readonly signal: AbortSignal
}

export interface PassResult {
  /** Where the two sides do not agree on what the share's tree says. */
  readonly exceptions: Exceptions
  /** Something failed that may succeed with the next head or at the next try. */
  readonly again: boolean
}

/**
 * One pass over a copy: brings, sends and removes whatever differs. What fails for one path is told as a
 * problem and leaves the others alone; what concerns all (nobody there, disk full, interrupted) rejects.
 */
export async function runPass(options: PassOptions): Promise<PassResult> {
  await using pass = new Pass(options)
  return await pass.run()
}

class Pass implements AsyncDisposable {
  readonly #options: PassOptions
  readonly #puller: Puller
  readonly #exceptions = new Map<SharePath, Entry | undefined>()
  /** Removals wait until all is brought: what goes may be what comes under another name. */
  readonly #removals = new Map<SharePath, Step>()
  readonly #stepsByPath = new Map<SharePath, Step>()
  #again = false

  constructor(options: PassOptions) {
    this.#options = options
    this.#puller = new Puller({
      ...options,
      onDone: (wanted, result) => this.#pulled(wanted, result),
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#puller[Symbol.asyncDispose]()
  }

  async run(): Promise<PassResult> {
    const { trees, mode, remote, signal } = this.#options
    for await (const step of threeWay(
      trees,
      { scope: remote.known.scope ?? 'read', mode },
      signal,
    )) {
      await this.#guarded(step, () => this.#act(step))
    }
    await this.#puller.finish()
    for (const step of this.#removals.values())
      await this.#guarded(step, () => this.#removeHere(step))
    return { exceptions: this.#exceptions, again: this.#again }
  }

  async #act(step: Step): Promise<void> {
    switch (step.action) {
      case 'pull':
        return this.#pull(step, baseOf(step.here))
      case 'pull-beside':
        return this.#pull(step, baseOf(step.base))
      case 'remove-here':
        if (this.#options.isPartial) this.#exceptions.set(step.path, step.base)
        else this.#removals.set(step.path, step)
        return
      case 'push':
        return this.#push(step)
      case 'remove-there':
        return this.#removeThere(step)
    }
  }

  async #pull(step: Step, base: Base): Promise<void> {
    const { folder, remotePath, who, signal } = this.#options
    const { path, there } = step
    const inTheWay = this.#removals.get(path)
    if (inTheWay) {
      this.#removals.delete(path)
      await this.#removeHere(inTheWay)
    }
    if (there?.kind === 'directory') return folder.writer.makeDirectory(path, signal)
    if (!there) return
    this.#stepsByPath.set(path, step)
    await this.#puller.add({
      remotePath: remotePath(path),
      entry: there,
      target: { path, attributes: there, base, who },
    })
  }

  #pulled({ target, entry }: Wanted, result: Installed | Error): void {
    const step = this.#stepsByPath.get(target.path)
    this.#stepsByPath.delete(target.path)
    if (result instanceof Error) {
      if (step) this.#failed(step, result)
      return
    }
    const { progress } = this.#options
    progress.installed()
    this.#options.onFile(entry.content)
    if (result.outcome === 'conflict') {
      progress.problem(
        target.path,
        `Another file stands here; the share's version is "${result.path}".`,
      )
      // Not beside it on purpose: what stands here was not known yet, and is weighed in the next pass.
      if (step?.action === 'pull') this.#exceptions.set(target.path, step.base)
    }
  }

  async #removeHere({ path, here }: Step): Promise<void> {
    const { folder, who, signal } = this.#options
    await folder.writer.remove(path, here?.kind === 'file' ? here.content : 'any', who, signal)
  }

  async #push(step: Step): Promise<void> {
    const { folder, remotePath, signal } = this.#options
    const { path, here, base, there } = step
    if (!here) return
    if (here.kind === 'directory') {
      await this.#editor().makeDirectory(remotePath(path), signal)
      this.#exceptions.set(path, { ...here, summary: emptyTree })
      return
    }
    const change = { path: remotePath(path), base: baseOf(base), attributes: here }
    const local = join(folder.path, ...namesOf(path))
    const result = await this.#editor().put(local, change, () => {}, signal)
    if (result.outcome !== 'conflict') {
      this.#exceptions.set(path, here)
      return
    }
    this.#options.progress.problem(
      path,
      `It was changed in the share at the same time; your version is there as "${result.path}".`,
    )
    if (there?.kind === 'file') await this.#pull(step, here.content)
  }

  async #removeThere({ path, there }: Step): Promise<void> {
    const { remotePath, signal } = this.#options
    await this.#editor().remove(remotePath(path), baseOf(there, 'any'), signal)
    this.#exceptions.set(path, undefined)
  }

  #editor(): RemoteEditor {
    const { files } = this.#options.remote
    if (files.scope !== 'change') {
      throw new OfflineError('The owner is away, and only there the share can be changed.')
    }
    return files.editor
  }

  async #guarded(step: Step, task: () => Promise<void>): Promise<void> {
    try {
      await task()
    } catch (error) {
      const kind = errorKind(error)
      if (!(error instanceof Error) || !oneFileKinds.some((one) => one === kind)) throw error
      this.#failed(step, error)
    }
  }

  /** The older agreement stands, so that the next pass sees the same difference again. */
  #failed({ path, base }: Step, error: Error): void {
    this.#exceptions.set(path, base)
    this.#options.progress.problem(path, error.message)
    const kind = errorKind(error)
    if (againKinds.some((one) => one === kind)) this.#again = true
  }
}

function baseOf(side: Side, otherwise: Base = 'absent'): Base {
  return side?.kind === 'file' ? side.content : otherwise
}

/** What concerns one path alone. */
const oneFileKinds = [
  'usage',
  'missing',
  'conflict',
  'changed',
  'corrupt',
  'denied',
  'busy',
  'limit',
] as const
/** What the next head or the next try may mend. */
const againKinds = ['missing', 'changed', 'corrupt', 'busy', 'limit', 'denied'] as const
