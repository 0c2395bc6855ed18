import type { Model } from './model.svelte.ts'

/** How much flows now, looked up every few seconds while somebody looks at the page. */
export interface TrafficRate {
  readonly up: number
  readonly down: number
}

/** To be called while a component is made; ends with it. */
export function followTraffic(model: Model): TrafficRate {
  const rate = $state({ up: 0, down: 0 })
  let before = { in: 0, out: 0, atMs: 0 }

  $effect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && model.connection === 'open') void look()
    }, everyMs)
    return () => clearInterval(timer)
  })
  return rate

  async function look(): Promise<void> {
    await model.refreshStatus().catch(() => {})
    const traffic = model.status?.traffic
    if (!traffic) return
    const now = { in: traffic.inBytes, out: traffic.outBytes, atMs: performance.now() }
    const seconds = (now.atMs - before.atMs) / 1000
    if (before.atMs > 0) {
      rate.down = notable((now.in - before.in) / seconds)
      rate.up = notable((now.out - before.out) / seconds)
    }
    before = now
  }
}

/** What nodes say to each other to stay linked is no traffic that a person means. */
function notable(bytesPerSecond: number): number {
  return bytesPerSecond < 2000 ? 0 : bytesPerSecond
}

const everyMs = 3000
