import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fraction, systemRandom } from '../../../../src/base/random.ts'
import { KilledFolder } from '../../../kit/killed-folder.ts'
import { tempFolder } from '../../../kit/temp-folder.ts'

/** FULLMESH_KILLS asks for more than fit into a test that everybody runs. */
const kills = Number(process.env['FULLMESH_KILLS'] ?? 40)

suite('a writer that is killed at any moment', () => {
  test(`has kept every acknowledged write, whole, after each of ${kills} kills`, async (t) => {
    await using temp = await tempFolder()
    const folders: Promise<number>[] = []
    const work = async () => {
      let contents = 0
      while (folders.length * livesOfFolder < kills) {
        const one = killAgainAndAgain(
          join(temp.path, `${folders.length}`),
          join(temp.path, 'cache'),
        )
        folders.push(one)
        contents += await one
      }
      return contents
    }
    const contents = await Promise.all([work(), work()])
    t.diagnostic(`${contents[0] + contents[1]} contents acknowledged`)
  })
})

/** Resolves to how many contents were acknowledged in the life of this folder. */
async function killAgainAndAgain(base: string, cache: string): Promise<number> {
  mkdirSync(base)
  const folder = new KilledFolder(base, base, cache)
  for (let life = 0; life < livesOfFolder; life++) {
    await folder.runAndKill(1 + upTo(30), upTo(300))
    await folder.recover()
  }
  folder.assertNothingVanished()
  return folder.contents
}

/** Then a fresh one: each life leaves more versions behind that have to be read. */
const livesOfFolder = 10

/** It has to die at another moment each time: nothing here may follow from a seed. */
function upTo(max: number): number {
  return Math.floor(fraction(systemRandom) * max)
}
