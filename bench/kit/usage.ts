import { readdirSync, readFileSync } from 'node:fs'

/** What a process and all that it started have used. */
export interface Usage {
  readonly cpuSeconds: number
  /** Of each process that is alive, the most it ever had in memory; in bytes, summed. */
  readonly peakBytes: number
}

/** Linux only: read from /proc. What has ended counts from when its parent has waited for it. */
export function usageOf(pid: number): Usage {
  const tree = [pid, ...below(pid)]
  return {
    cpuSeconds: tree.reduce((sum, one) => sum + cpuSecondsOf(one), 0),
    peakBytes: tree.reduce((sum, one) => sum + statusOf(one, 'VmHWM'), 0),
  }
}

/** What it has in memory now, in bytes, with all that it started. */
export function residentBytesOf(pid: number): number {
  return [pid, ...below(pid)].reduce((sum, one) => sum + statusOf(one, 'VmRSS'), 0)
}

/** CPU seconds in a line of /proc/PID/stat, with those of children that were waited for. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
}

function cpuSecondsOf(pid: number): number {
  return cpuSecondsIn(read(`/proc/${pid}/stat`) ?? '')
}

function statusOf(pid: number, field: string): number {
  const line = read(`/proc/${pid}/status`)
    ?.split('\n')
    .find((one) => one.startsWith(field))
  return line === undefined ? 0 : Number(line.replaceAll(/\D/g, '')) * 1024
}

function below(pid: number): number[] {
  const tasks = entries(`/proc/${pid}/task`)
  const children = tasks.flatMap((task) =>
    (read(`/proc/${pid}/task/${task}/children`) ?? '').trim().split(' ').filter(Boolean),
  )
  return children.flatMap((child) => [Number(child), ...below(Number(child))])
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

/** What Linux shows on every platform, whatever it counts in. */
const ticksPerSecond = 100
