import type { Handler } from '../api.ts'
import { foldersAt } from '../local-folders.ts'

export const listFolders: Handler<'listFolders'> = async (_desk, { path }) => {
  return { schema: 'fullmesh.folders/1', ...(await foldersAt(path)) }
}
