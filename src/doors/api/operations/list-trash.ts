import type { Handler } from '../api.ts'
import { binView } from '../bin-view.ts'

export const listTrash: Handler<'listTrash'> = (desk, { place }, signal) =>
  binView(desk, 'trash', place, signal)
