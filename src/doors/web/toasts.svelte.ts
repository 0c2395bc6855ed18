import { NodeError } from '../../base/errors.ts'

export interface Toast {
  readonly id: number
  readonly tone: 'plain' | 'bad'
  readonly message: string
  /** What would undo it, or comes next. */
  readonly action?: { readonly label: string; readonly run: () => void }
}

/** Short messages that go by themselves; those about failures stay until they are read. */
class Toasts {
  shown = $state.raw<readonly Toast[]>([])
  #next = 1

  tell(message: string, action?: Toast['action']): void {
    const id = this.#show('plain', message, action)
    setTimeout(() => this.dismiss(id), action ? longMs : shortMs)
  }

  /** Says what the error says: the node's messages tell what, why and what next. */
  fail(error: unknown): void {
    const isTold = error instanceof NodeError
    this.#show('bad', isTold ? error.message : `Something unexpected: ${String(error)}`)
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id)
  }

  #show(tone: Toast['tone'], message: string, action?: Toast['action']): number {
    const id = this.#next++
    this.shown = [...this.shown.slice(-3), { id, tone, message, ...(action ? { action } : {}) }]
    return id
  }
}

export const toasts = new Toasts()

const shortMs = 5000
const longMs = 10_000
