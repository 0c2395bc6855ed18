import { englishFiles } from './english/files.ts'
import { englishFrame } from './english/frame.ts'
import { englishPeople } from './english/people.ts'
import { englishShares } from './english/shares.ts'

/** All words of the UI, in English. Functions take what stands in the sentence. */
export const english = { ...englishFrame, ...englishShares, ...englishFiles, ...englishPeople }
