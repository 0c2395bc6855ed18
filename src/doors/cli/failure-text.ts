import { errorKinds, NodeError } from '../../base/errors.ts'
import { FailedError } from './client.ts'
import { shown } from './display.ts'

/** What a failure means to whoever called: the exit code, and one paragraph for a person. */
export interface FailureReport {
  readonly exit: number
  readonly message: string
  readonly kind: string
  readonly name: string
}

/** What is no NodeError is a fault of this program: `FULLMESH_DEBUG=1` shows where. */
export function reportFailure(error: unknown, debug: boolean): FailureReport {
  if (error instanceof NodeError) {
    const { kind, message } = error
    const name = error instanceof FailedError ? error.failure : error.name
    return { exit: errorKinds[kind].exit, message: paragraph(message), kind, name }
  }
  const detail = error instanceof Error ? ((debug ? error.stack : undefined) ?? error.message) : ''
  const hint = debug ? '' : ' FULLMESH_DEBUG=1 shows where.'
  const message = `A fault of the program itself, please report it: ${paragraph(detail)}${hint}`
  return { exit: errorKinds.bug.exit, message, kind: 'bug', name: 'Bug' }
}

function paragraph(text: string): string {
  return text.split('\n').map(shown).join('\n')
}
