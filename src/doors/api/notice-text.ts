import type { SharePath } from '../../content/content.ts'
import { nameOf, sharePathOfRoot } from '../../content/names.ts'
import type { Noticed } from '../../transfer/files/opened-shares.ts'

/** Where something was noticed. */
export function pathOf({ notice }: Noticed): SharePath {
  return notice.kind === 'conflict' ? notice.path : sharePathOfRoot
}

/** What was noticed, for a person. */
export function noticeText({ notice }: Noticed): string {
  if (notice.kind === 'alarm') return notice.error.message
  const name = nameOf(notice.copy)
  return `Two have changed it at once. The version of ${notice.who} is beside it: ${name}`
}
