import type { Handler } from '../api.ts'
import { binView } from '../bin-view.ts'

export const listVersions: Handler<'listVersions'> = (desk, { place }, signal) =>
  binView(desk, 'version', place, signal)
