import { MissingError } from '../../src/base/errors.ts'
import { Topic } from '../../src/base/topic.ts'
import type { Answerer } from '../../src/mesh/mesh.ts'
import type { ShareId } from '../../src/shares/shares.ts'
import type { Holding } from '../../src/transfer/transfer.ts'
import { wireAnswerer } from '../../src/transfer/wire/wire-answerer.ts'
import type { WireParts } from '../../src/transfer/wire/wire.ts'
import type { TestSurroundings } from './surroundings.ts'

/** The answering side of the peer protocol over these holdings. What `parts` does not say, it can't. */
export function wireAnswererOf(
  surroundings: TestSurroundings,
  holdings: readonly Holding[],
  parts: Partial<WireParts> = {},
): Answerer {
  return wireAnswerer({
    surroundings,
    nodeName: () => 'ana',
    heardName: () => {},
    holdings: () => holdings,
    changes: {
      accept: () => Promise.reject(new MissingError('No changes here.')),
      replaced: () => Promise.reject(new MissingError('No changes here.')),
    },
    offers: {
      find: () => {
        throw new MissingError('No offers here.')
      },
    },
    notices: { take: () => [], posted: new Topic<ShareId>() },
    ...parts,
  })
}
