import { setTimeout as pause } from 'node:timers/promises'

/** Waits for a state; looks every few milliseconds. Rejects after a minute, or `giveUpMs`. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  giveUpMs = 60_000,
): Promise<void> {
  const sinceMs = performance.now()
  while (!(await isSo())) {
    if (performance.now() - sinceMs > giveUpMs) throw new Error(`never so: ${isSo.toString()}`)
    await pause(5)
  }
}
