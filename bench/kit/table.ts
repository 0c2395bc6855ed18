import type { Machine } from './machine.ts'
import { rounded } from './numbers.ts'
import type { Finding } from './row.ts'

export function printHeading({ processor, cores, memoryGiB, system, node }: Machine): void {
  console.log(`${processor}, ${cores} cores, ${memoryGiB} GiB; ${system}; Node ${node}`)
  console.log('Medians; in brackets the least and the most.\n')
}

export function printFinding({ row, goal, measured, unit, runs, peers, ratio, ok }: Finding): void {
  const range =
    runs.length > 1 ? ` (${rounded(Math.min(...runs))} - ${rounded(Math.max(...runs))})` : ''
  const others = Object.entries(peers).map(([name, value]) => `${name} ${rounded(value)}`)
  console.log(
    `${ok ? 'ok    ' : 'MISSED'} ${row.padEnd(28)} ${`${rounded(measured)} ${unit}${range}`.padEnd(34)} goal ${goal}` +
      `${ratio === undefined ? '' : `; ratio ${rounded(ratio)}`}${others.length > 0 ? `; ${others.join(', ')}` : ''}`,
  )
}
