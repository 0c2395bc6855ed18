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

/** The writer of a folder. A signal that fires before a change has begun stops it; one that has begun is carried out. */
export function folderWriter(tools: WritingTools, stages: Stages): FolderWriter {
  return {
    async stage(content, signal) {
      throwIfInterrupted(signal)
      return await stages.open(content)
    },
    async install(stage, target, signal) {
      throwIfInterrupted(signal)
      return await installStage(stages.own(stage), target, tools)
    },
    async installSmall(files, signal) {
      throwIfInterrupted(signal)
      return await installSmall(files, tools)
    },
    async duplicate(from, content, target, signal) {
      throwIfInterrupted(signal)
      return await duplicate(from, content, target, tools)
    },
    async makeDirectory(path, signal) {
      throwIfInterrupted(signal)
      await makeDirectory(path, tools)
    },
    async move(from, to, signal) {
      throwIfInterrupted(signal)
      await moveEntry(from, to, tools)
    },
    async remove(path, base, who, signal) {
      throwIfInterrupted(signal)
      await removeEntry(path, base, who, tools)
    },
    async tidy() {
      await tools.thread.run('tidy', undefined)
    },
  }
}
