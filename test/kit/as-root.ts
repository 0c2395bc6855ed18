import type { TestContext } from 'node:test'

/**
 * Whether the test may do what only root may, such as mounting. Elsewhere it is skipped, for all to see; where
 * everything has to be tested it fails.
 */
export function mayActAsRoot(t: TestContext): boolean {
  if (process.getuid?.() === 0) return true
  if (process.env['CI']) throw new Error('this test has to run as root here')
  t.skip('only root may do what it needs')
  return false
}
