/** Ends a command that has said all there is to say with a code of its own. */
export class ExitCode extends Error {
  override readonly name = 'ExitCode'
  readonly code: number
  constructor(code: number) {
    super()
    this.code = code
  }
}
