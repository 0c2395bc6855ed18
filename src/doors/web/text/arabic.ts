import { arabicFiles } from './arabic/files.ts'
import { arabicFrame } from './arabic/frame.ts'
import { arabicPeople } from './arabic/people.ts'
import { arabicShares } from './arabic/shares.ts'
import type { Catalogue } from './words.ts'

/** All words of the UI, in Arabic. */
export const arabic: Catalogue = {
  ...arabicFrame,
  ...arabicShares,
  ...arabicFiles,
  ...arabicPeople,
}
