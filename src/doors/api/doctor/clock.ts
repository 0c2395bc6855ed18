import type { Link } from '../../../mesh/mesh.ts'
import type { Finding } from '../../contract/finding.ts'
import type { Desk } from '../api.ts'
import { within } from '../within.ts'
import type { Check } from './examine.ts'

/** A clock that is wrong makes capabilities seem expired or not yet valid. */
export const checkClock: Check = async (desk, signal) => {
  const asked = await Promise.all(desk.mesh.links().map((link) => aheadMs(desk, link, signal)))
  const aheads = asked.filter((ahead) => ahead !== undefined).toSorted((a, b) => a - b)
  const median = aheads[Math.floor(aheads.length / 2)]
  return median === undefined ? [] : [judge(median, aheads.length)]
}

/** How far this node's clock is ahead of a peer's; undefined if it does not say. */
async function aheadMs(desk: Desk, link: Link, signal: AbortSignal): Promise<number | undefined> {
  const { clock } = desk.surroundings
  try {
    const answer = await within(clock, answerMs, signal, (soon) =>
      link.ask({ method: 'GET', path: '/1/node' }, soon),
    )
    answer.cancel()
    const theirs = Date.parse(answer.headers['date'] ?? '')
    return Number.isNaN(theirs) ? undefined : clock.now() - theirs
  } catch {
    return undefined
  }
}

function judge(ahead: number, peers: number): Finding {
  const subject = 'Clock'
  const minutes = Math.round(Math.abs(ahead) / 60_000)
  if (Math.abs(ahead) <= toleratedMs) {
    return {
      subject,
      verdict: 'good',
      found: `It agrees with ${peers === 1 ? 'that of a linked peer' : `those of ${peers} linked peers`}.`,
    }
  }
  return {
    subject,
    verdict: 'bad',
    found: `It is ${minutes} minutes ${ahead > 0 ? 'ahead of' : 'behind'} those of linked peers.`,
    remedy: 'Let the system set its clock by the network (timedatectl set-ntp true).',
  }
}

const answerMs = 2000

/** What capabilities allow between two clocks, and then some. */
const toleratedMs = 120_000
