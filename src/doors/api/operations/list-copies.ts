import type { Handler } from '../api.ts'
import { copyView } from '../views.ts'

export const listCopies: Handler<'listCopies'> = async (desk) => ({
  schema: 'fullmesh.copies/1',
  copies: desk.copies.all().map((copy) => copyView(desk, copy)),
})
