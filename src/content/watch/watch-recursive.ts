import { watch } from 'node:fs'
import { sep } from 'node:path'
import type { Notices, NoticesListener } from './notices.ts'

/** For macOS and Windows, which tell of a whole tree under one watch. */
export function watchRecursively(root: string, listener: NoticesListener): Notices {
  const watcher = watch(root, { recursive: true, persistent: false }, (_, name) =>
    listener.onTouched(name === null ? '' : name.split(sep).join('/')),
  )
  // Told when the folder itself is removed: the next scan says so better.
  watcher.on('error', () => listener.onTouched(''))
  return { follow: async () => {}, [Symbol.dispose]: () => watcher.close() }
}
