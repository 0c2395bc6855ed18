/**
 * The rules of the house, as an ordinary test. Each failure names the place and what to do.
 */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { suite, test } from 'node:test'
import {
  barrels,
  defaultExports,
  describeLengths,
  longFiles,
  unexplainedFolders,
  vagueNames,
} from './tidy/files.ts'
import { importsThatClimb, unknownFloors } from './tidy/floors.ts'
import { readHouse, type Rule } from './tidy/house.ts'
import { bareDisk, bareTimeAndChance } from './tidy/ports.ts'
import {
  emptyPromises,
  hostsOfRegistries,
  longDecisions,
  machinePaths,
  talkOfTheMaking,
} from './tidy/words.ts'

const rules: Readonly<Record<string, Rule>> = {
  'imports only go down, and neighbours do not know each other': importsThatClimb,
  'whatever lies below src is on a floor of the house': unknownFloors,
  'each folder below src opens with its job': unexplainedFolders,
  'no file is too long to keep in mind': longFiles,
  'files are named after their one noun': vagueNames,
  'exports have names': defaultExports,
  'no file only hands on what others export': barrels,
  'time and chance come through ports': bareTimeAndChance,
  'the disk is touched only where it is kept': bareDisk,
  'a decision fits on one page': longDecisions,
  'a promise says what it promises': emptyPromises,
  'the project speaks of itself alone': talkOfTheMaking,
  'no path is true on one machine only': machinePaths,
  'no registry is named': hostsOfRegistries,
}

suite('the house is tidy', () => {
  const house = readHouse(resolve(import.meta.dirname, '..'))

  for (const [sentence, rule] of Object.entries(rules)) {
    test(sentence, () => {
      const faults = rule(house).map(({ path, line, advice }) => `${path}:${line} ${advice}`)
      assert.ok(faults.length === 0, `${sentence}\n  ${faults.join('\n  ')}`)
    })
  }

  test('the median file is short', (t) => {
    t.diagnostic(describeLengths(house))
  })
})
