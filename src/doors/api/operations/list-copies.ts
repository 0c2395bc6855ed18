import type { Handler } from '../api.ts'
import { copyItem } from '../views.ts'

export const listCopies: Handler<'listCopies'> = async (desk) => ({
  schema: 'fullmesh.copies/1',
  copies: desk.copies.all().map((copy) => copyItem(desk, copy)),
})
