import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { checkConfig, ConfigError, parseConfig } from '../../contract/config.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'

export const configGet: Run = async (call, context) => {
  const config = parseConfig(await settingsText(context), context.home.configFile)
  const key = call.argument(0)
  const value = key === '' ? config : valueAt(config, key)
  if (value === undefined) throw new ConfigError(key, 'is no setting')
  await context.printer.line(JSON.stringify(value, undefined, 2))
}

export const configSet: Run = async (call, context) => {
  const { home, printer } = context
  const text = await settingsText(context)
  parseConfig(text, home.configFile)
  const before: unknown = text === undefined || text.trim() === '' ? {} : JSON.parse(text)
  const value = valueOf(call.argument(1))
  const changed = withValue(before, call.argument(0).split('.'), value)
  checkConfig(changed, home.configFile)
  await save(home.configFile, `${JSON.stringify(changed, undefined, 2)}\n`)
  await printer.note('Saved. It holds when the node is started again: fullmesh down; fullmesh up')
}

export const configPath: Run = async (_call, { home, printer }) => {
  if (printer.json) return printer.value({ schema: 'fullmesh.home/1', ...home })
  await printer.table(
    ['', ''],
    [
      ['Settings', home.configFile],
      ['State', home.stateFolder],
      ['Log', home.logFile],
      ['Socket', home.socketPath],
    ],
  )
}

async function settingsText({ home }: Context): Promise<string | undefined> {
  try {
    return await readFile(home.configFile, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** JSON if it is any, or else the text itself: `true`, `1000`, `null`, `my-laptop`. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function valueAt(value: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((inner, name) => recordOf(inner)[name], value)
}

function withValue(value: unknown, [name = '', ...rest]: readonly string[], leaf: unknown): object {
  const record = recordOf(value)
  return { ...record, [name]: rest.length === 0 ? leaf : withValue(record[name], rest, leaf) }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}
