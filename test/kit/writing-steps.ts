import { fraction } from '../../src/base/random.ts'
import type { Random } from '../../src/base/random.ts'
import { pieceBytes } from '../../src/content/content.ts'
import type { FolderWriter, Target } from '../../src/content/content.ts'
import { parseSharePath } from '../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from './content-of-bytes.ts'
import { numberedBody } from './numbered-body.ts'

/** One thing that a writer is asked to do; files are named by path and hold the bytes of a number. */
export type WritingStep =
  | { readonly kind: 'put'; readonly files: readonly NumberedFile[] }
  | { readonly kind: 'install'; readonly files: readonly [NumberedFile] }
  | {
      readonly kind: 'duplicate'
      readonly from: string
      readonly number: number
      readonly to: string
    }
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }

export interface NumberedFile {
  readonly path: string
  readonly number: number
}

/** Which number stands at each path. */
export type Numbered = ReadonlyMap<string, number>

/** A step that can be done where `there` is, below `folder`. `next` numbers new contents. */
export function chooseStep(
  random: Random,
  folder: string,
  there: Numbered,
  next: () => number,
): WritingStep {
  const kinds = ['put', 'put', 'put', 'install', 'duplicate', 'move', 'remove'] as const
  const kind = there.size < 3 ? 'put' : pick(random, kinds)
  const some = () => `${folder}/${pick(random, names)}`
  const known = () => {
    const [from, number] = pick(random, [...there])
    return { from, number }
  }
  switch (kind) {
    case 'put':
      return {
        kind,
        files: distinct([some(), some(), some()]).map((path) => ({ path, number: small(next()) })),
      }
    case 'install':
      return { kind, files: [{ path: some(), number: large(next()) }] }
    case 'duplicate':
      return { kind, ...known(), to: some() }
    case 'move':
      return { kind, from: known().from, to: `${some()}-${next()}` }
    case 'remove':
      return { kind, path: known().from }
  }
}

/** Has the writer do the step, whatever stands there. Rejects if any part of it fails. */
export async function doStep(writer: FolderWriter, step: WritingStep): Promise<void> {
  switch (step.kind) {
    case 'put': {
      const files = step.files.map(({ number, path }) => {
        const bytes = numberedBody(number)
        return { target: target(path), content: contentOfBytes(bytes), bytes }
      })
      const results = await writer.installSmall(files, never)
      for (const result of results) if (result instanceof Error) throw result
      break
    }
    case 'install':
      for (const file of step.files) await install(writer, file)
      break
    case 'duplicate':
      await writer.duplicate(
        parseSharePath(step.from),
        contentOfBytes(numberedBody(step.number)),
        target(step.to),
        never,
      )
      break
    case 'move':
      await writer.move(parseSharePath(step.from), parseSharePath(step.to), never)
      break
    case 'remove':
      await writer.remove(parseSharePath(step.path), 'any', 'ana', never)
      break
  }
}

/** What stands there after the step. */
export function afterStep(there: Numbered, step: WritingStep): Map<string, number> {
  const after = new Map(there)
  switch (step.kind) {
    case 'put':
    case 'install':
      for (const { number, path } of step.files) after.set(path, number)
      break
    case 'duplicate':
      copy(after, step.from, step.to)
      break
    case 'move':
      copy(after, step.from, step.to)
      after.delete(step.from)
      break
    case 'remove':
      after.delete(step.path)
      break
  }
  return after
}

async function install(writer: FolderWriter, { number, path }: NumberedFile): Promise<void> {
  const bytes = numberedBody(number)
  const stage = await writer.stage(contentOfBytes(bytes), never)
  await stage.acceptLayer(layerOfBytes(bytes))
  for (let index = 0; index < stage.pieces; index++) {
    const piece = bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
    await stage.write(index, piece, never)
  }
  await writer.install(stage, target(path), never)
}

function target(path: string): Target {
  const attributes = { mtimeMs: 1_000_000_000_000, executable: false }
  return { path: parseSharePath(path), base: 'any', who: 'ana', attributes }
}

function copy(numbered: Map<string, number>, from: string, to: string): void {
  const number = numbered.get(from)
  if (number !== undefined) numbered.set(to, number)
}

/** As numberedBody has it: each tenth is larger than a piece. */
function large(count: number): number {
  return count * 10
}

function small(count: number): number {
  return count * 10 + 1
}

function distinct(paths: readonly string[]): string[] {
  return [...new Set(paths)]
}

function pick<Choice>(random: Random, choices: readonly Choice[]): Choice {
  const choice = choices[Math.floor(fraction(random) * choices.length)]
  if (choice === undefined) throw new Error('nothing to choose from')
  return choice
}

const names = ['a', 'b', 'c', 'd/e', 'd/f', 'g/h/i']

const never = new AbortController().signal
