import type { Handler } from '../api.ts'

export const stop: Handler<'stop'> = async ({ node }) => {
  node.stop()
  return { schema: 'fullmesh.done/1' }
}
