import { throwIfInterrupted } from '../../base/errors.ts'
import type { FolderWriter } from '../content.ts'
import { duplicate } from './install/duplicate.ts'
import { installSmall } from './install/install-small.ts'
import { installStage } from './install/install-stage.ts'
import { makeDirectory } from './names/make-directory.ts'
import { moveEntry } from './names/move-entry.ts'
import { removeEntry } from './names/remove-entry.ts'
import type { Stages } from './stage/stages.ts'
import type { WritingTools } from './tools.ts'
import type { UnderWay } from './under-way.ts'

/** The writer of a folder. A signal that fires before a change has begun stops it; one that has begun is carried out. */
export function folderWriter(
  tools: WritingTools,
  stages: Stages,
  underWay: UnderWay,
): FolderWriter {
  const begin = async <Result>(
    signal: AbortSignal,
    change: () => Promise<Result>,
  ): Promise<Result> => {
    throwIfInterrupted(signal)
    return await underWay.run(change)
  }
  return {
    stage: (content, signal) => begin(signal, () => stages.open(content)),
    install: (stage, target, signal) =>
      begin(signal, async () => installStage(stages.own(stage), target, tools)),
    installSmall: (files, signal) => begin(signal, () => installSmall(files, tools)),
    duplicate: (from, content, target, signal) =>
      begin(signal, () => duplicate(from, content, target, tools)),
    makeDirectory: (path, signal) => begin(signal, () => makeDirectory(path, tools)),
    move: (from, to, signal) => begin(signal, () => moveEntry(from, to, tools)),
    remove: (path, base, who, signal) => begin(signal, () => removeEntry(path, base, who, tools)),
  }
}
