/**
 * Measures Fullmesh beside what people use today: `npm run bench`, or `npm run bench -- ROW ...`, with `--json`
 * for one object a line. See bench/README.md.
 *
 * Job: the list of rows, the order of their runs, and the table.
 * Non-goals: how one row is measured (rows/), how one program is started (peers/).
 */
import { parseArgs } from 'node:util'
import { openBench } from './kit/bench-room.ts'
import { describeMachine } from './kit/machine.ts'
import { keepResults } from './kit/results.ts'
import type { Finding, Row } from './kit/row.ts'
import { printFinding, printHeading } from './kit/table.ts'
import { copyLarge } from './rows/copy-large.ts'
import { copySmall } from './rows/copy-small.ts'
import { indexSmall } from './rows/index-small.ts'
import { list } from './rows/list.ts'
import { nodeRow } from './rows/node.ts'

const rows: readonly Row[] = [copyLarge, copySmall, indexSmall, list, nodeRow]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    keep: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !rows.some((row) => row.name === name))
if (unknown.length > 0) {
  console.error(
    `No such row: ${unknown.join(', ')}. There are: ${rows.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(2)
}
const chosen =
  positionals.length === 0 ? rows : rows.filter(({ name }) => positionals.includes(name))
const found: Finding[] = []
if (!values.json) printHeading(describeMachine())
for (const row of chosen) {
  await using room = await openBench({ runs: Number(values.runs) })
  for await (const finding of row.measure(room)) {
    found.push(finding)
    if (values.json) console.log(JSON.stringify(finding))
    else printFinding(finding)
  }
}
if (values.keep) await keepResults(describeMachine(), found)
