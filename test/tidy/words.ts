/**
 * What the pages and comments may not say: anything that is true on one machine only, or of the
 * making of the project rather than of the project.
 */
import { faultsAt, isTypeScript, type Fault, type SourceFile } from './house.ts'

/** Written with a dot inside each word, so that this table does not trip over itself. */
const ofTheMaking = words([
  'anth·ropic',
  'cl·aude',
  'open·ai',
  'chat·gpt',
  'co·pilot',
  'l·lm',
  'l·lms',
  'lang·uage model',
  'ai as·sistant',
  'ai ag·ent',
  'ai-gen·erated',
  'coding ag·ent',
  'sub·agent',
  'co-auth·ored-by',
])
const ofOneMachine = /(?<![\w.)}\]])(?:\/wo[r]k\/|\/ro[o]t\/\.)/g
const registryHosts = words(['npm·js.org', 'npm·js.com', 'yarn·pkg.com', 'deb.deb·ian.org'])

/** Lines of prose a decision may have; tables do not count. */
const decisionLinesMax = 30

/** Words about how or by whom the project was made. */
export function talkOfTheMaking(house: readonly SourceFile[]): Fault[] {
  return prose(house).flatMap((file) =>
    faultsAt(
      file,
      file.text,
      ofTheMaking,
      (found) =>
        `'${found}': the project speaks of itself alone. Say what it does, not who wrote it.`,
    ),
  )
}

/** Absolute paths that exist on one machine only. */
export function machinePaths(house: readonly SourceFile[]): Fault[] {
  return prose(house).flatMap((file) =>
    faultsAt(
      file,
      file.text,
      ofOneMachine,
      (found) => `'${found}…' is a path of one machine: write it relative to the repository.`,
    ),
  )
}

/** Hosts of package registries, in the lock file above all. */
export function hostsOfRegistries(house: readonly SourceFile[]): Fault[] {
  return house.flatMap((file) =>
    faultsAt(
      file,
      file.text,
      registryHosts,
      (found) => `'${found}' names a registry: which one serves is for each machine to say.`,
    ),
  )
}

/** TODO and FIXME that do not say what is to be done. */
export function emptyPromises(house: readonly SourceFile[]): Fault[] {
  return house
    .filter((file) => isTypeScript(file.path))
    .flatMap((file) =>
      faultsAt(
        file,
        file.text,
        /(?:\/\/|\*)[ \t]*(?:TO[D]O|FIX[M]E)\b:?[ \t]*(?=\*\/|\n|$)/g,
        (found) => `'${found}' promises nothing: say what is missing and when it matters.`,
      ),
    )
}

/** Decisions that nobody will read to their end. */
export function longDecisions(house: readonly SourceFile[]): Fault[] {
  return house
    .filter((file) => /^docs\/decisions\/.*\.md$/.test(file.path))
    .flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n')
      const counted = lines.filter((line) => !line.startsWith('|')).length
      return counted <= decisionLinesMax
        ? []
        : [
            {
              path,
              line: lines.length,
              advice: `${counted} lines besides tables, ${decisionLinesMax} at most: situation, choice, why, cost, when to look again.`,
            },
          ]
    })
}

function words(table: readonly string[]): RegExp {
  const escaped = table.map((word) => word.replaceAll('·', '').replaceAll('.', String.raw`\.`))
  return new RegExp(`(?<!\\w)(?:${escaped.join('|')})(?!\\w)`, 'gi')
}

function prose(house: readonly SourceFile[]): SourceFile[] {
  return house.filter((file) => file.path !== 'package-lock.json')
}
