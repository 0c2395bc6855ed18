/**
 * Imports only go down, and neighbours never import each other. A type-only import, a dynamic one
 * and the address of a worker count like any other: a floor that knows another depends on it.
 */
import { posix } from 'node:path'
import { isTypeScript, lineAt, type Fault, type SourceFile } from './house.ts'

/** From the ground up; those on one line stand side by side. */
const floors = [
  ['base'],
  ['content', 'mesh'],
  ['shares'],
  ['transfer'],
  ['networks', 'talk'],
  ['traffic'],
  ['doors'],
  ['node.ts'],
  ['main.ts'],
] as const

/** Floors made of rooms that know nothing of each other; each with the one room open to the rest. */
const sharedRooms = new Map<string, string | undefined>([
  ['networks', undefined],
  ['talk', undefined],
  ['doors', 'contract'],
])

const heights = new Map<string, number>(
  floors.flatMap((names, height) => names.map((name) => [name, height] as const)),
)

/** Imports that go up or sideways, or that leave src. */
export function importsThatClimb(house: readonly SourceFile[]): Fault[] {
  return house.filter(isHouseCodeOrComponent).flatMap((file) =>
    importsOf(file).flatMap(({ line, target }) => {
      const advice = whyForbidden(file.path, target)
      return advice === undefined ? [] : [{ path: file.path, line, advice }]
    }),
  )
}

/** Folders and files directly below src that are no floor. */
export function unknownFloors(house: readonly SourceFile[]): Fault[] {
  return house
    .filter((file) => isHouseCode(file) && !heights.has(floorOf(file.path)))
    .map(({ path }) => ({
      path,
      line: 1,
      advice: `src/${floorOf(path)} is no floor: move the file to one, or add the floor to test/tidy/floors.ts and to the architecture.`,
    }))
}

/** The floor that a path below src belongs to: its top folder, or the file's own name. */
export function floorOf(path: string): string {
  return path.split('/')[1] ?? ''
}

export function isHouseCode(file: SourceFile): boolean {
  return file.path.startsWith('src/') && isTypeScript(file.path)
}

/** A component imports as any other file does. */
function isHouseCodeOrComponent(file: SourceFile): boolean {
  return isHouseCode(file) || (file.path.startsWith('src/') && file.path.endsWith('.svelte'))
}

function whyForbidden(from: string, to: string): string | undefined {
  if (to === 'package.json') return undefined
  if (!to.startsWith('src/')) return `imports ${to}: what runs imports nothing outside src.`
  const [here, there] = [floorOf(from), floorOf(to)]
  const [height, target] = [heights.get(here) ?? 0, heights.get(there)]
  if (target === undefined) return `imports ${to}, which is on no floor.`
  if (here === there) return whyForbiddenOnFloor(from, to)
  if (target < height) return undefined
  const relation = target > height ? 'is further up' : 'stands beside it'
  return `imports ${to}, but ${there} ${relation}: declare what ${here} needs as a port in ${here}, and let node.ts hand it in.`
}

function whyForbiddenOnFloor(from: string, to: string): string | undefined {
  const floor = floorOf(from)
  if (!sharedRooms.has(floor)) return undefined
  const [here, there] = [roomOf(from), roomOf(to)]
  if (here === there || there === undefined || there === sharedRooms.get(floor)) return undefined
  return `imports ${to}: the rooms of ${floor} do not know each other. Move what both need a floor down.`
}

/** The folder below a floor; files that stand on the floor itself are open to all its rooms. */
function roomOf(path: string): string | undefined {
  const parts = path.split('/')
  return parts.length > 3 ? parts[2] : undefined
}

const specifier =
  /\b(?:from|import|require|new\s+URL)\b\s*\(?\s*(?:'(\.[^'\n]*)'|"(\.[^"\n]*)"|`(\.[^`\n]*)`)/g

function importsOf(file: SourceFile): { line: number; target: string }[] {
  return Array.from(file.uncommented.matchAll(specifier), (match) => ({
    line: lineAt(file.uncommented, match.index),
    target: posix.join(posix.dirname(file.path), match[1] ?? match[2] ?? match[3] ?? ''),
  }))
}
