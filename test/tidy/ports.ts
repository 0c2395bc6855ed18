/**
 * Time, chance and the disk reach the core through ports, so that a whole network can run from a
 * seed. These tables name the few files that may touch the real ones; add a line only with a reason.
 */
import { isHouseCode } from './floors.ts'
import { faultsAt, type Fault, type SourceFile } from './house.ts'

/** Paths (a folder ends in `/`; a stem also covers `stem-x.ts`), each with why it may. */
type Permits = Readonly<Record<string, string>>

const mayTouchTimeAndChance: Permits = {
  'src/base/clock.ts': 'the real clock stands beside its port',
  'src/base/random.ts': 'the real source of chance stands beside its port',
  'src/doors/cli/': 'a process of its own, before a person who waits',
  'src/doors/web/': 'runs in a browser, before a person who waits',
  'src/main.ts': 'the process itself: deadlines of a shutdown',
}

const mayTouchDisk: Permits = {
  'src/base/': 'folders and files of state, private to the user',
  'src/mesh/identity/': 'the key and its certificate, private to the user',
  'src/content/': 'the files that are shared: read, verified, written',
  'src/shares/storage': 'trash, versions and what else lies beside a shared folder',
  'src/doors/cli/': 'reads and writes what a person names on the command line',
  'src/doors/api/local-files.ts': 'reads what the user puts into a share',
  'src/doors/api/local-folders.ts': 'lists folders for a person who chooses one',
  'src/doors/api/settings-file.ts': 'the settings, which a person may edit',
  'src/doors/api/upload-spool.ts': 'what a browser sends, until a share has it',
  'src/doors/api/browser/web-files.ts': 'the web UI that came with the program',
  'src/doors/drive/': 'stages what programs write, and keeps its password and port',
  'src/doors/api/torrent-file.ts': 'reads a torrent file that the user names',
  'src/doors/api/doctor/': 'looks at the disks on which state and shares lie',
  'src/networks/bittorrent/storing/':
    'the files of torrents: staged, verified, installed, read for peers',
  'src/node.ts': 'opens the folder of state that it hands to the floors',
  'src/main.ts': 'the process itself: its own manifest, its lock',
}

const timeAndChance =
  /(?<![.\w$])(?:Date\.now\b|new Date\(\s*\)|new Date\b(?!\s*\()|(?:globalThis\.)?(?:setTimeout|setInterval)\s*\(|Math\.random\b|performance\.now\b|process\.hrtime\b)/g
const timerModule = /['"](?:node:)?timers(?:\/promises)?['"]/g
const diskModule = /['"](?:node:)?fs(?:\/promises)?['"]/g

/** The clock, timers and chance of the process, used where a port should have been passed in. */
export function bareTimeAndChance(house: readonly SourceFile[]): Fault[] {
  const advice = (found: string): string =>
    `${found} cannot be simulated: take a Clock or Random from src/base as a parameter, or name the file in test/tidy/ports.ts with a reason.`
  return strangers(house, mayTouchTimeAndChance).flatMap((file) => [
    ...faultsAt(file, file.code, timeAndChance, advice),
    ...faultsAt(file, file.uncommented, timerModule, advice),
  ])
}

/** The disk, touched above the floors that keep it. */
export function bareDisk(house: readonly SourceFile[]): Fault[] {
  return strangers(house, mayTouchDisk).flatMap((file) =>
    faultsAt(
      file,
      file.uncommented,
      diskModule,
      (found) =>
        `${found} is not for this file: take a port that src/content or src/shares/storage implements, or name the file in test/tidy/ports.ts with a reason.`,
    ),
  )
}

function strangers(house: readonly SourceFile[], permits: Permits): SourceFile[] {
  const permitted = Object.keys(permits)
  return house.filter(
    (file) => isHouseCode(file) && !permitted.some((start) => file.path.startsWith(start)),
  )
}
