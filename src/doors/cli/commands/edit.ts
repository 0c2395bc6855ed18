import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { MalformedError, NodeError } from '../../../base/errors.ts'
import type { EntryView } from '../../contract/entry.ts'
import { withAccess } from '../access.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'

/** The editor ended with a failure, so nothing was changed. */
export class EditorError extends NodeError {
  override readonly name = 'EditorError'
  readonly kind = 'interrupted'
  constructor(editor: string) {
    super(`The editor (${editor}) ended with a failure, so nothing was changed.`)
  }
}

type FileView = Extract<EntryView, { kind: 'file' }>

export const edit: Run = async (call, context) => {
  await withAccess(call, context, call.argument(0), (place) => editPlace(context, place))
}

async function editPlace(context: Context, place: string): Promise<void> {
  const { client, printer } = context
  const { entry } = await client.call('getEntry', { place })
  if (entry.kind !== 'file') throw new MalformedError('place', 'it is no file')
  const folder = await mkdtemp(join(tmpdir(), 'fullmesh-edit-'))
  let keep = false
  try {
    const file = join(folder, basename(entry.name))
    await download(context, place, file)
    const before = await stat(file)
    await runEditor(context, file)
    const after = await stat(file)
    if (after.mtimeMs === before.mtimeMs && after.size === before.size) {
      return await printer.note('Nothing was changed.')
    }
    keep = true
    await putBack(context, place, file, entry)
    keep = false
  } finally {
    if (keep) await printer.warn(`Your text is still here: ${folder}`)
    else await rm(folder, { recursive: true, force: true })
  }
}

async function download({ client }: Context, place: string, file: string): Promise<void> {
  const bytes = client.bytes('readBytes', { place })
  await pipeline(bytes, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
}

/** What was downloaded is the base: if somebody else was quicker, this becomes a conflict copy. */
async function putBack(
  { client, printer }: Context,
  place: string,
  file: string,
  { root, bytes }: FileView,
): Promise<void> {
  const base = { root, bytes }
  for await (const step of client.stream('putFiles', { from: file, to: place, base })) {
    if (printer.json) await printer.valueLine(step)
    else if (step.kind === 'conflict') {
      await printer.warn(
        `Somebody else has changed it meanwhile. Yours is beside it: ${shown(step.copy)}`,
      )
    } else if (step.kind === 'done') await printer.note(`Changed ${shown(step.place)}`)
  }
}

async function runEditor({ terminal, signal }: Context, file: string): Promise<void> {
  const { VISUAL: visual = '', EDITOR: plain = '' } = terminal.environment
  const editor = visual || plain || (terminal.platform === 'win32' ? 'notepad' : 'vi')
  const [command = '', ...words] = editor.split(' ').filter((word) => word !== '')
  const child = spawn(command, [...words, file], {
    stdio: 'inherit',
    signal,
    env: { ...terminal.environment },
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  }).catch(() => null)
  if (code !== 0) throw new EditorError(editor)
}
