import * as z from 'zod'
import { NodeError } from '../../base/errors.ts'

/** A key of the settings has no meaning, or its value none. `key` is written with dots. */
export class ConfigError extends NodeError {
  override readonly name = 'ConfigError'
  readonly kind = 'usage'
  readonly key: string
  constructor(key: string, detail: string, where = 'the settings') {
    super(`${where}: ${key === '' ? '' : `"${key}" `}${detail}. Mend it with "fullmesh config".`)
    this.key = key
  }
}

const bytesPerSecondSchema = z
  .int()
  .min(16 * 1024, 'must be 16384 or more')
  .nullable()

const portSchema = z.int().min(0).max(65_535).default(0)

/** The node's settings, each with the value it has when nobody says another. */
export const configSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .max(63)
    .default('')
    .describe("what others see; the computer's name if empty"),
  listen: z
    .strictObject({
      host: z.string().nullable().default(null).describe('null: on all addresses'),
      port: z
        .int()
        .min(0)
        .max(65_535)
        .default(0)
        .describe('0: whichever was free at first, and the same from then on'),
    })
    .prefault({}),
  discovery: z
    .strictObject({
      on: z.boolean().default(true),
      interfaces: z.array(z.string()).default([]).describe('none: on each'),
    })
    .prefault({}),
  web: z
    .strictObject({
      on: z.boolean().default(true).describe('the web UI, for browsers on this computer'),
      port: portSchema.describe('0: whichever was free at first'),
      contentPort: portSchema.describe('for the content of shared files, which has an own origin'),
    })
    .prefault({}),
  bittorrent: z
    .strictObject({
      port: portSchema.describe('0: whichever is free; opened only while there are torrents'),
      encryption: z.enum(['preferred', 'forced', 'refused']).default('preferred'),
      dht: z.boolean().default(true).describe('finding peers without trackers'),
      lan: z.boolean().default(true).describe('finding peers on the local network'),
      localPeers: z
        .boolean()
        .default(false)
        .describe('whether trackers and peers may lead to addresses at home'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      upBytesPerSecond: bytesPerSecondSchema.default(null),
      downBytesPerSecond: bytesPerSecondSchema.default(null),
    })
    .prefault({}),
  rescanEveryMs: z
    .int()
    .min(10_000, 'must be 10000 or more')
    .default(10 * 60_000),
  log: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

export type Config = z.output<typeof configSchema>

/** The text of a settings file, checked; no text means all defaults. Throws ConfigError that names the key. */
export function parseConfig(text: string | undefined, where?: string): Config {
  return checkConfig(text === undefined || text.trim() === '' ? {} : parseJson(text, where), where)
}

export function checkConfig(value: unknown, where?: string): Config {
  const checked = configSchema.safeParse(value)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const key = [...issue.path, issue.keys[0] ?? ''].join('.')
    throw new ConfigError(key, 'is no setting', where)
  }
  throw new ConfigError((issue?.path ?? []).join('.'), sentence(issue?.message), where)
}

function parseJson(text: string, where?: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ConfigError('', `is not JSON: ${(error as Error).message}`, where)
  }
}

function sentence(message = 'is wrong'): string {
  return message.replace(/^Invalid input: /, '').replace(/^Too \w+: /, '')
}
