import { errorKinds } from '../../base/errors.ts'
import type { CommandSpec, OptionSpec } from './command.ts'

/** The manual page, made of the commands' table. Format: man(7) of groff. */
export function manualPage(
  commands: readonly CommandSpec[],
  commonOptions: readonly OptionSpec[],
  version: string,
): string {
  return [
    `.TH FULLMESH 1 "" "fullmesh ${version}" "User Commands"`,
    '.SH NAME',
    String.raw`fullmesh \- share folders from computer to computer`,
    '.SH SYNOPSIS',
    '.B fullmesh',
    '.I COMMAND',
    '[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]',
    '.SH DESCRIPTION',
    ...introduction.flatMap((text) => ['.PP', roff(text)]),
    '.SH COMMANDS',
    ...commands.flatMap(command),
    '.SH OPTIONS OF EVERY COMMAND',
    ...commonOptions.flatMap(option),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, about]) => ['.TP', `.B ${roff(name)}`, roff(about)]),
    '.SH EXIT STATUS',
    ...exits().flatMap(([code, about]) => ['.TP', `.B ${code}`, roff(about)]),
    '.SH FILES',
    ...files.flatMap(([name, about]) => ['.TP', `.I ${roff(name)}`, roff(about)]),
  ].join('\n')
}

function command({ name, takes = '', about, more, options = [] }: CommandSpec): string[] {
  return [
    '.TP',
    `\\fBfullmesh ${roff(name)}\\fR \\fI${roff(takes)}\\fR`,
    roff(`${about.charAt(0).toUpperCase()}${about.slice(1)}.`),
    ...(more === undefined ? [] : ['.IP', roff(more)]),
    ...(options.length === 0 ? [] : ['.RS', ...options.flatMap(option), '.RE']),
  ]
}

function option({ flags, about, choices }: OptionSpec): string[] {
  const values = choices ? ` (${choices.join(', ')})` : ''
  return ['.TP', `\\fB${roff(flags)}\\fR`, roff(`${about}${values}`)]
}

function exits(): readonly (readonly [number, string])[] {
  const codes = new Set(Object.values(errorKinds).map(({ exit }) => exit))
  return [
    [0, 'It was done.'],
    ...[...codes]
      .toSorted((a, b) => a - b)
      .map((code) => [code, exitMeanings[code] ?? ''] as const),
  ]
}

/** What must not be taken for a request, a minus for a hyphen, or an apostrophe for a quote. */
function roff(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replace(/^(?=[.'])/, String.raw`\&`)
}

const introduction = [
  'Every command that needs the node starts it in the background.',
  'A PLACE is PEER/SHARE/PATH, where PEER is the name of a contact, of a node on the LAN, or the start of a PeerId; me/SHARE/PATH for a share of your own; or a link, with a path behind it.',
  'Passwords come from a prompt, a file, standard input or the environment, and are never taken from arguments.',
]

const environment: readonly (readonly [string, string])[] = [
  ['FULLMESH_HOME', 'One folder for settings, state and socket: another node.'],
  ['FULLMESH_PASSWORD', 'The password of the share that is opened.'],
  ['FULLMESH_READ_PASSWORD', 'The read password that a share of yours gets.'],
  ['FULLMESH_CHANGE_PASSWORD', 'The change password that a share of yours gets.'],
  ['FULLMESH_DEBUG', '1 shows where a fault of the program is.'],
  ['NO_COLOR', 'No colours.'],
  ['VISUAL, EDITOR', 'The editor of fullmesh edit.'],
]

const files: readonly (readonly [string, string])[] = [
  ['$XDG_CONFIG_HOME/fullmesh/config.json', 'Settings.'],
  ['$XDG_STATE_HOME/fullmesh/', "The node's key, journal and log."],
  ['$XDG_RUNTIME_DIR/fullmesh/node.sock', 'The socket of the local API.'],
]

const exitMeanings: Readonly<Record<number, string>> = {
  1: 'Another failure.',
  2: 'The words or settings were wrong.',
  3: 'What was named does not exist.',
  4: 'No access, or a wrong password.',
  5: 'A passing failure: trying again may help.',
  6: 'The peer, or the node itself, can not be reached.',
  8: 'A limit was reached, such as a full disk.',
  9: 'There was nothing to do.',
  130: 'Interrupted.',
}
