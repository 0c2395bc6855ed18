import { InterruptedError, NodeError } from '../../base/errors.ts'
import type { Terminal } from './terminal.ts'

/** Something has to be asked, and there is no person to ask. */
export class NobodyToAskError extends NodeError {
  override readonly name = 'NobodyToAskError'
  readonly kind = 'usage'
  constructor(what: string, how: string) {
    super(`${what} is needed, and there is no terminal to ask for it. ${how}`)
  }
}

/** Asks on the terminal without showing what is typed. Ctrl-C rejects with InterruptedError. */
export async function askSecret(terminal: Terminal, question: string): Promise<string> {
  const { input, errors } = terminal
  errors.write(question)
  input.setRawMode?.(true)
  try {
    return await readSecret(input)
  } finally {
    input.setRawMode?.(false)
    input.pause()
    errors.write('\n')
  }
}

/** Asks on the terminal; only a clear yes is one. Rejects with NobodyToAskError where there is no terminal. */
export async function askYes(terminal: Terminal, question: string, how: string): Promise<boolean> {
  const { input, errors } = terminal
  if (input.isTTY !== true) throw new NobodyToAskError('Your agreement', how)
  errors.write(question)
  const [line = ''] = await new Promise<string[]>((resolve) => {
    input.once('data', (chunk: Buffer | string) => resolve(String(chunk).split('\n')))
    input.resume()
  })
  input.pause()
  return /^y(?:es)?$/i.test(line.trim())
}

function readSecret(input: Terminal['input']): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const onData = (chunk: Buffer | string) => {
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n') return end(() => resolve(typed.join('')))
        if (key === keys.interrupt) return end(() => reject(new InterruptedError()))
        if (key === keys.end && typed.length === 0) {
          return end(() => reject(new InterruptedError()))
        }
        if (key === keys.eraseLine) typed = []
        else if (key === keys.backspace || key === '\b') typed = typed.slice(0, -1)
        else if (key >= ' ') typed.push(key)
      }
    }
    const onEnd = () => end(() => reject(new InterruptedError()))
    function end(settle: () => void): void {
      input.off('data', onData)
      input.off('end', onEnd)
      settle()
    }
    input.on('data', onData)
    input.on('end', onEnd)
    input.resume()
  })
}

const keys = {
  interrupt: String.fromCharCode(3),
  end: String.fromCharCode(4),
  eraseLine: String.fromCharCode(21),
  backspace: String.fromCharCode(127),
}
