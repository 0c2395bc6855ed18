import type { PeerId } from '../mesh.ts'
import type { DnsQuestion } from './dns-message.ts'

/** Something that was said on the LAN, and for how long it holds. */
export interface Fact<Value> {
  readonly value: Value
  readonly heardMs: number
  readonly ttlMs: number
}

/** An instance of our type of service, as far as it is known. */
export interface SeenInstance {
  /** Its full name. */
  readonly name: string
  /** The address of whoever named it first: how many instances come from one computer is limited. */
  readonly source: string
  readonly firstMs: number
  /** The type's pointer to it. */
  pointer: Fact<string> | undefined
  service: Fact<{ readonly host: string; readonly port: number }> | undefined
  /** Who it says it is; undefined in a fact when that makes no sense. */
  text: Fact<PeerId | undefined> | undefined
  /** How often it was asked about since it last said something. */
  asks: number
  askedMs: number
  /** In [0, 1): so that not all that hear of it ask again at the same moment. */
  readonly jitter: number
}

export function expiresMs({ heardMs, ttlMs }: Fact<unknown>): number {
  return heardMs + ttlMs
}

/** When it is to be forgotten: what it said runs out, or it did not say what was asked. */
export function overMs({ service, text, firstMs }: SeenInstance): number {
  if (service && text) return Math.min(expiresMs(service), expiresMs(text))
  return firstMs + completeWithinMs
}

/**
 * When to ask about an instance: at once for what is missing, and again after 1 and 3 s; for what runs out,
 * when 80, 85, 90 and 95 % of its time are over (RFC 6762, section 5.2). Undefined when there is no need.
 */
export function askMs(instance: SeenInstance): number | undefined {
  const { service, text, asks } = instance
  if (!service || !text) {
    const pauseMs = missingPausesMs[asks]
    return pauseMs === undefined
      ? undefined
      : Math.max(instance.firstMs, instance.askedMs + pauseMs)
  }
  if (asks >= refreshParts.length) return undefined
  const part = (refreshParts[asks] ?? 1) + refreshJitter * instance.jitter
  return Math.min(...[service, text].map(({ heardMs, ttlMs }) => heardMs + ttlMs * part))
}

/** What to ask: also for what is fresh, since one answer has it all. */
export function questionsAbout({ name, service }: SeenInstance): DnsQuestion[] {
  if (!service) return [{ name, type: 'ANY' }]
  return [
    { name, type: 'SRV' },
    { name, type: 'TXT' },
  ]
}

const missingPausesMs = [0, 1000, 3000]
const completeWithinMs = 10_000
const refreshParts = [0.8, 0.85, 0.9, 0.95]
const refreshJitter = 0.02
