/**
 * One idea per file, found by its name: lengths, names, exports, and the comment that opens a floor.
 */
import { floorOf, isHouseCode } from './floors.ts'
import { faultsAt, isTypeScript, type Fault, type SourceFile } from './house.ts'

const linesMax = 400
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|config|d|svelte))?\.ts$/
const drawer = /^(?:utils?|helpers?|commons?|types?|misc)(?:\.test)?(?:\.ts)?$/

/** Files that hold more than a reader keeps in mind. */
export function longFiles(house: readonly SourceFile[]): Fault[] {
  return house.filter(isHouseCode).flatMap((file) => {
    const lines = lineCount(file)
    return lines <= linesMax
      ? []
      : [
          {
            path: file.path,
            line: linesMax + 1,
            advice: `${lines} lines, ${linesMax} at most: part what is missing, whom to ask, talking and storing.`,
          },
        ]
  })
}

/** Names that are not kebab-case, or that say nothing about what is inside. */
export function vagueNames(house: readonly SourceFile[]): Fault[] {
  return house.filter(isOurs).flatMap(({ path }) => {
    const parts = path.split('/')
    const name = parts.at(-1) ?? ''
    const found = parts.find((part) => drawer.test(part))
    return [
      ...(kebabCase.test(name) ? [] : [{ path, line: 1, advice: `${name} is not kebab-case.` }]),
      ...(found === undefined
        ? []
        : [{ path, line: 1, advice: `'${found}' is a drawer: name the file after its one noun.` }]),
    ]
  })
}

/** Exports without a name of their own. Configuration files of tools have no choice. */
export function defaultExports(house: readonly SourceFile[]): Fault[] {
  return house
    .filter((file) => isOurs(file) && !file.path.endsWith('.config.ts'))
    .flatMap((file) =>
      faultsAt(
        file,
        file.code,
        /\bexport\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/g,
        () => 'export by name, so that it is called the same everywhere.',
      ),
    )
}

/** Files that only hand on what others export. */
export function barrels(house: readonly SourceFile[]): Fault[] {
  return house
    .filter((file) => isOurs(file) && isBarrel(file.code))
    .map(({ path }) => ({
      path,
      line: 1,
      advice: 'only re-exports: delete it and import from where things are.',
    }))
}

/**
 * Folders below src whose main file does not open by saying what the folder is for. The main file
 * is called like its folder or one of what the folder holds: shares/shares.ts or shares/share.ts.
 * Where a floor is made of rooms (networks, talk, doors) without a file of its own, each room
 * has one.
 */
export function unexplainedFolders(house: readonly SourceFile[]): Fault[] {
  const files = house.filter((file) => isHouseCode(file) && file.path.split('/').length > 2)
  const floors = Map.groupBy(files, (file) => `src/${floorOf(file.path)}`)
  return [...floors].flatMap(([floor, inside]) => {
    const direct = inside.some(({ path }) => path.split('/').length === 3)
    if (direct) return unexplained(floor, inside)
    const rooms = Map.groupBy(inside, ({ path }) => path.split('/').slice(0, 3).join('/'))
    return [...rooms].flatMap(([room, within]) => unexplained(room, within))
  })
}

/** Median and longest of the files below src, for the report. */
export function describeLengths(house: readonly SourceFile[]): string {
  const files = house
    .filter(isHouseCode)
    .map((file) => ({ path: file.path, lines: lineCount(file) }))
    .toSorted((a, b) => a.lines - b.lines)
  const [median, longest] = [files[Math.floor(files.length / 2)], files.at(-1)]
  if (median === undefined || longest === undefined) return 'no file below src'
  return `${files.length} files below src: median ${median.lines} lines, longest ${longest.lines} (${longest.path})`
}

function unexplained(folder: string, inside: readonly SourceFile[]): Fault[] {
  const name = folder.split('/').at(-1) ?? ''
  const candidates = [`${folder}/${name}.ts`, `${folder}/${name.replace(/s$/, '')}.ts`]
  const main = inside.find(({ path }) => candidates.includes(path))
  if (main?.text.startsWith('/**')) return []
  const advice =
    main === undefined
      ? `no main file: add ${candidates[0]}, with the folder's nouns and ports, opened by a comment that says its job and its non-goals.`
      : `open it with a block comment (/** … */) above the imports: the folder's job and its non-goals.`
  return [{ path: main?.path ?? candidates[0] ?? folder, line: 1, advice }]
}

function isOurs(file: SourceFile): boolean {
  return isTypeScript(file.path) && /^(?:src|test|bench|scripts)\//.test(file.path)
}

function isBarrel(code: string): boolean {
  const reExport = /\bexport\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*'[^']*';?/g
  return reExport.test(code) && code.replaceAll(reExport, '').trim() === ''
}

function lineCount(file: SourceFile): number {
  return file.text.trimEnd().split('\n').length
}
