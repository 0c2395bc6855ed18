import { test } from 'node:test'
import type { WebWorld } from './web-world.ts'

/**
 * The sentences of one story. Each stands on those before it: after one that is not so the rest are left out, and
 * what every window shows then is kept as a picture.
 */
export function sentences(world: WebWorld): (sentence: string, work: () => Promise<void>) => void {
  let isBroken = false
  return (sentence, work) => {
    test(sentence, async (context) => {
      if (isBroken) return context.skip('the story broke off before')
      try {
        await work()
      } catch (error) {
        isBroken = true
        for (const file of await world.picture()) context.diagnostic(`what was shown: ${file}`)
        throw error
      }
    })
  }
}
