import type { Handler } from '../api.ts'

/** Keys that are not named stay as they are; one that is must come whole. */
export const changeSettings: Handler<'changeSettings'> = async ({ node }, request) => {
  const settings = await node.settings.change(request.settings)
  return { schema: 'fullmesh.settings/1', file: node.settings.path, settings }
}
