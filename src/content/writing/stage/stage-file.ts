import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { isCode } from '../disk/disk-failure.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import type { OpenedStage, StageOpening } from '../thread/jobs.ts'

/** Makes the file of a stage, or opens it again; undefined if that is not there or has lost its end. */
export function openStageFile(
  { id, isNew, lengthMin, neededBytes }: StageOpening,
  held: HeldDirectories,
): OpenedStage | undefined {
  held.assertSpace(neededBytes)
  const path = held.own({ room: 'stage', id })
  if (isNew) {
    const file = openSync(path, readAndWrite | constants.O_CREAT | constants.O_EXCL, 0o600)
    held.roomChanged('stage')
    held.sync()
    return { file }
  }
  const file = openIfThere(path)
  if (file === undefined || fstatSync(file).size >= lengthMin)
    return file === undefined ? file : { file }
  closeSync(file)
  return undefined
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, readAndWrite)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const readAndWrite = constants.O_RDWR | constants.O_NOFOLLOW
