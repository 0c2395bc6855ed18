import type { Found } from '../../contract/entry.ts'
import { withAccess } from '../access.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { counted, size } from '../human.ts'
import { wholeNumber } from '../numbers.ts'

export const tree: Run = async (call, context) => {
  const { client, printer } = context
  const depth = call.text('depth')
  const levels = depth === undefined ? {} : { depth: wholeNumber('--depth', depth) }
  await withAccess(call, context, call.argument(0), async (place) => {
    const branches: boolean[] = []
    let [files, directories, bytes] = [0, 0, 0]
    for await (const found of client.stream('walkTree', { place, ...levels })) {
      if (printer.json) {
        await printer.valueLine(found)
        continue
      }
      if (files + directories === 0) await printer.line(printer.style('bold', shown(place)))
      if (found.entry.kind === 'file') {
        files++
        bytes += found.entry.bytes
      } else directories++
      await printer.line(treeLine(found, branches))
    }
    const total = `${counted(directories, 'folder')}, ${counted(files, 'file')}, ${size(bytes)}`
    await printer.note(`\n${total}`)
  })
}

/** `branches` remembers for each level above whether more follows there. */
function treeLine({ depth, last, entry }: Found, branches: boolean[]): string {
  branches.length = depth - 1
  const stems = branches.map((goesOn) => (goesOn ? '│   ' : '    ')).join('')
  branches.push(!last)
  const name = `${shown(entry.name)}${entry.kind === 'file' ? '' : '/'}`
  return `${stems}${last ? '└── ' : '├── '}${name}`
}
