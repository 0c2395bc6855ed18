import type { ScanProgress, TreeSummary } from '../content.ts'
import type { ScanRequest } from '../scan/scan.ts'
import type { IndexService } from './index-service.ts'
import type { ThreadFailure } from './thread-failure.ts'

/** What can be asked of the thread of an index by name. */
export type IndexQuestion = Exclude<keyof IndexService, 'scan' | 'cancel' | 'close'>

/** What goes to the thread. Each but `cancel` is answered, under its id. */
export type ToIndexThread =
  | {
      readonly kind: 'ask'
      readonly id: number
      readonly question: IndexQuestion
      readonly values: readonly unknown[]
    }
  | { readonly kind: 'scan'; readonly id: number; readonly request: ScanRequest }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'open'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number }

/** What comes back. */
export type FromIndexThread =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: ThreadFailure }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: ScanProgress }
  | { readonly kind: 'changed'; readonly summary: TreeSummary }
