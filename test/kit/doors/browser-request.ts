import { connect } from 'node:net'

/** An answer over the loopback interface, as far as tests look at it. */
export interface BrowserAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * Asks as a browser, or whoever has made one, might: with exactly these headers, Host among them, which no
 * client library lets anybody choose. One line of headers each; the connection ends with the answer.
 */
export function askAsBrowser(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<BrowserAnswer> {
  const all = { host: `127.0.0.1:${port}`, connection: 'close', ...headers }
  const withLength = body === '' ? all : { ...all, 'content-length': `${Buffer.byteLength(body)}` }
  const lines = Object.entries(withLength).map(([name, value]) => `${name}: ${value}`)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${line} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(answerOf(Buffer.concat(chunks).toString())))
  })
}

function answerOf(text: string): BrowserAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
  return { status: Number(first.split(' ')[1]), headers, body: text.slice(end + 4) }
}
