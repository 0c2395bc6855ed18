/** A noun in the forms that Arabic counts by. */
export interface Counted {
  readonly one: string
  readonly two: string
  readonly few: string
  readonly many: string
}

/** A number with its noun; one and two have forms that say the number themselves. */
export function counted(count: number, { one, two, few, many }: Counted): string {
  const rule = rules.select(count)
  if (rule === 'one') return one
  if (rule === 'two') return two
  return `${numbers.format(count)} ${rule === 'few' ? few : many}`
}

export const files: Counted = { one: 'ملف واحد', two: 'ملفان', few: 'ملفات', many: 'ملفًا' }
export const people: Counted = {
  one: 'شخص واحد',
  two: 'شخصان',
  few: 'أشخاص',
  many: 'شخصًا',
}
export const entries: Counted = {
  one: 'عنصر واحد',
  two: 'عنصران',
  few: 'عناصر',
  many: 'عنصرًا',
}

const rules = new Intl.PluralRules('ar')
const numbers = new Intl.NumberFormat('ar')
