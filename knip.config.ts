import { existsSync } from 'node:fs'
import type { KnipConfig } from 'knip'

// Until node.ts puts the floors together, what nobody reaches yet is not dead.
const unreached = existsSync('src/node.ts') ? 'error' : 'warn'

const config: KnipConfig = {
  entry: ['src/main.ts', 'test/**/*.test.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
  project: ['{src,test,bench,scripts}/**/*.ts'],
  ignoreExportsUsedInFile: true,
  rules: { files: unreached, exports: unreached, types: unreached },
  ignoreDependencies: [
    // Reached by its name on PATH, never by an import.
    'node-.*',
    // Chosen, not yet at work: strike each out when knip says so.
    '@peculiar/x509',
    '@serenity-kit/opaque',
    'cborg',
    'commander',
    'fast-check',
    'hono',
    'pino',
    'reflect-metadata',
    'uqr',
    'zod',
  ],
}

export default config
