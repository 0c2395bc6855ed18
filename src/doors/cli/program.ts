import { Command, Option } from 'commander'
import type { Argument } from 'commander'
import type { CommandSpec, OptionSpec } from './command.ts'
import { commonOptions, parents } from './commands.ts'
import type { Terminal } from './terminal.ts'

/** The commands' table as a program that parses words, shows help, and hands a parsed command to `run`. */
export function buildProgram(
  commands: readonly CommandSpec[],
  terminal: Terminal,
  run: (spec: CommandSpec, command: Command) => Promise<void>,
): Command {
  const program = new Command('fullmesh')
    .description('Share folders from computer to computer, with no server and no account.')
    .version(terminal.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this')
    .addHelpCommand(helpCommand())
    .configureHelp({ subcommandTerm: termOf })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.output.write(text),
      writeErr: (text) => terminal.errors.write(text),
      getOutHelpWidth: () => terminal.output.columns ?? 80,
      getErrHelpWidth: () => terminal.errors.columns ?? 80,
      outputError: (text, write) => write(text.replace(/^error: /, 'fullmesh: ')),
    })
    .showHelpAfterError('"fullmesh help" shows what there is.')
    .showSuggestionAfterError()
    .addHelpText('after', example)
  const parentsByName = new Map<string, Command>()
  for (const spec of commands) {
    const [first = '', second] = spec.name.split(' ')
    const parent =
      second === undefined ? program : (parentsByName.get(first) ?? addParent(first, spec))
    const child = parent.command(
      second ?? first,
      second !== undefined && spec.isDefault ? { isDefault: true } : {},
    )
    describe(child, spec)
    child.action(() => run(spec, child))
  }
  return program

  function addParent(name: string, { group }: CommandSpec): Command {
    const parent = program
      .command(name)
      .description(parents[name] ?? '')
      .helpGroup(`${group}:`)
    parentsByName.set(name, parent)
    return parent
  }
}

function describe(
  command: Command,
  { takes, about, more, group, options, name }: CommandSpec,
): void {
  command
    .summary(about)
    .description(more === undefined ? sentence(about) : `${sentence(about)}\n\n${more}`)
  if (!name.includes(' ')) command.helpGroup(`${group}:`)
  if (takes !== undefined) command.arguments(takes)
  for (const spec of [...(options ?? []), ...commonOptions]) command.addOption(optionOf(spec))
}

/** Without the options that each command has: the list is read for its verbs. */
function termOf(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' ')
}

function argumentTerm(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`
}

function helpCommand(): Command {
  return new Command('help').arguments('[command]').summary('show help').helpGroup('Node:')
}

function optionOf({ flags, about, choices }: OptionSpec): Option {
  const option = new Option(flags, about)
  return choices ? option.choices(choices) : option
}

function sentence(about: string): string {
  return `${about.charAt(0).toUpperCase()}${about.slice(1)}.`
}

const example = `
The first steps:
  fullmesh share ~/Photos            prints a link
  fullmesh get "<link>"              on the other computer
  fullmesh peers                     who is on the LAN, and what they share`
