import type { SQLOutputValue } from 'node:sqlite'

/** A row of our own tables, whose columns are STRICT. A column of another type is a bug. */
export type IndexRow = Readonly<Record<string, SQLOutputValue>>

export function bytesIn(row: IndexRow, column: string): Uint8Array {
  const value = row[column]
  if (value instanceof Uint8Array) return value
  throw new Error(`the index has no bytes in ${column}`)
}

export function numberIn(row: IndexRow, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw new Error(`the index has no number in ${column}`)
}

export function textIn(row: IndexRow, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw new Error(`the index has no text in ${column}`)
}
