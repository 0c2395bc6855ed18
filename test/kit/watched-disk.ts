import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Calls `before` with the name of each call of the system by which this process is about to change something
 * on the disk, until it is disposed. If that throws, the call fails with it and changes nothing. Syncs are
 * only pretended: what is simulated here needs no disk that keeps things, and need not wait for one.
 */
export function watchDisk(before: (call: string) => void): Disposable {
  const real = { ...fs }
  const replace = (name: Watched, call: (args: unknown[]) => unknown): void => {
    Object.assign(fs, { [name]: (...args: unknown[]) => call(args) })
  }
  for (const name of synchronous) {
    replace(name, (args) => {
      if (name !== 'openSync' || creates(args[1])) before(name)
      return name === 'fsyncSync' ? undefined : Reflect.apply(real[name], fs, args)
    })
  }
  for (const name of asynchronous) {
    replace(name, (args) => {
      try {
        before(name)
      } catch (error) {
        return process.nextTick(() => answer(args, error))
      }
      return name === 'copyFile'
        ? Reflect.apply(real[name], fs, args)
        : process.nextTick(() => answer(args, null))
    })
  }
  syncBuiltinESMExports()
  return {
    [Symbol.dispose]: () => {
      for (const name of watched) Object.assign(fs, { [name]: real[name] })
      syncBuiltinESMExports()
    },
  }
}

function answer(args: readonly unknown[], error: unknown): void {
  const done = args.at(-1)
  if (typeof done === 'function') Reflect.apply(done, undefined, [error])
}

const synchronous = [
  'fchmodSync',
  'fchownSync',
  'fsyncSync',
  'futimesSync',
  'linkSync',
  'mkdirSync',
  'openSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'unlinkSync',
  'writeSync',
] as const

const asynchronous = ['copyFile', 'fdatasync', 'fsync'] as const

const watched = [...synchronous, ...asynchronous]

type Watched = (typeof watched)[number]

function creates(flags: unknown): boolean {
  return typeof flags === 'number'
    ? (flags & fs.constants.O_CREAT) !== 0
    : String(flags).includes('w')
}
