/**
 * Draws what a command really printed as a picture of a terminal: `node scripts/picture.ts FILE.svg COMMAND...`.
 * Colours and weights are taken from its escape codes; lines past the width are cut.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const [file, command, ...args] = process.argv.slice(2)
if (file === undefined || command === undefined) {
  process.stderr.write('Usage: node scripts/picture.ts FILE.svg COMMAND...\n')
  process.exit(2)
}
const columns = 108
const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
const lines = (stdout + stderr).split('\n').filter((line) => !line.includes('╌'))
while (lines.at(-1) === '') lines.pop()
writeFileSync(file, picture(lines))

function picture(shown: readonly string[]): string {
  const [advance, leading, margin] = [7.8, 17, 16]
  const width = Math.round(columns * advance + 2 * margin)
  const height = shown.length * leading + 2 * margin
  const texts = shown.map((line, at) => {
    const y = margin + (at + 1) * leading - 5
    return `<text x="${margin}" y="${y}" xml:space="preserve">${spans(line)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="What the commands print">
<rect width="100%" height="100%" rx="8" fill="#16181d"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" fill="#d7dae0">
${texts.join('\n')}
</g>
</svg>
`
}

/** The line in pieces of one weight each: escape codes end with an m. */
function spans(line: string): string {
  let isBold = false
  let room = columns
  return line
    .split('\u001B[')
    .map((part, at) => {
      const code = at === 0 ? '' : part.slice(0, part.indexOf('m') + 1)
      if (code !== '') isBold = code === '1m'
      const text = part.slice(code.length, code.length + Math.max(0, room))
      room -= text.length
      const isTyped = /^\s*\w+\$ /.test(text)
      const look = isBold ? ' font-weight="bold" fill="#ffffff"' : isTyped ? ' fill="#8fc7ff"' : ''
      return `<tspan${look}>${escaped(text)}</tspan>`
    })
    .join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
