import type { OwnShare } from '../../../shares/shares.ts'
import type { Finding } from '../../contract/finding.ts'
import type { Check } from './examine.ts'

export const checkShares: Check = async ({ shares }) => shares.all().map(examineShare)

function examineShare(share: OwnShare): Finding {
  const subject = `Share ${share.settings.name}`
  const state = share.state()
  const folder = share.folder.path
  if (state.kind === 'ready') return { subject, verdict: 'good', found: `Ready, in ${folder}.` }
  if (state.kind === 'indexing') {
    return { subject, verdict: 'good', found: `Being indexed, in ${folder}; usable already.` }
  }
  const remedy =
    state.reason === 'folder-gone'
      ? `Bring ${folder} back, for example by mounting its disk; or end the share with "fullmesh share rm".`
      : `Bring the files back; or agree that they are gone: fullmesh share set "${share.settings.name}" --accept-losses`
  return { subject, verdict: 'bad', found: state.detail, remedy }
}
