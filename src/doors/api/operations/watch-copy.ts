import type { CopyView } from '../../contract/copy.ts'
import type { StreamHandler } from '../api.ts'
import { Changes } from '../changes.ts'
import { findCopy } from '../find-copy.ts'
import { copyView } from '../views.ts'

export const watchCopy: StreamHandler<'watchCopy'> = async function* (desk, request, signal) {
  const copy = findCopy(desk, request.copy)
  using changes = new Changes<() => CopyView>(signal)
  using _ = desk.copies.changed.subscribe((changed) => {
    if (changed.id === copy.id) tell()
  })
  tell()
  for await (const newest of changes) {
    const view = newest()
    yield view
    if (restingStates.has(view.state)) return
  }

  function tell(): void {
    changes.push('copy', () => copyView(desk, copy))
  }
}

/** Nothing more comes unless somebody asks for it. */
const restingStates: ReadonlySet<string> = new Set(['done', 'failed', 'paused'])
