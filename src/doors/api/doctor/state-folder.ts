import { lstat } from 'node:fs/promises'
import type { Check } from './examine.ts'

/** Keys lie in it: nobody else may look. */
export const checkStateFolder: Check = async ({ node }) => {
  const folder = node.stateFolder
  const subject = 'State'
  const { mode, uid } = await lstat(folder)
  const user = process.getuid?.()
  if (user === undefined) return [{ subject, verdict: 'good', found: `In ${folder}.` }]
  if (uid !== user) {
    return [
      {
        subject,
        verdict: 'bad',
        found: `${folder} belongs to another user.`,
        remedy: 'Run the node as that user, or set FULLMESH_HOME to a folder of your own.',
      },
    ]
  }
  if ((mode & 0o077) !== 0) {
    return [
      {
        subject,
        verdict: 'bad',
        found: `Other users can get into ${folder}, where the node's key is.`,
        remedy: `chmod 700 "${folder}"`,
      },
    ]
  }
  return [{ subject, verdict: 'good', found: `In ${folder}, for this user only.` }]
}
