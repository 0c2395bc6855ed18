import type { CommandSpec, OptionSpec } from './command.ts'

export interface CompletionTable {
  readonly commands: readonly CommandSpec[]
  readonly parents: Readonly<Record<string, string>>
  readonly commonOptions: readonly OptionSpec[]
}

/** A shell's completion of commands and options, made of the commands' table. Other words complete as files. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', table: CompletionTable): string {
  return { bash, zsh, fish }[shell](table)
}

function bash({ commands, parents, commonOptions }: CompletionTable): string {
  const tops = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))]
  const children = Object.keys(parents).map(
    (parent) => `    ${parent}) words="${childrenOf(parent, commands).join(' ')}" ;;`,
  )
  const options = commands.map(
    (spec) => `    "${spec.name}") options="${longFlags(spec, commonOptions).join(' ')}" ;;`,
  )
  return `# bash completion for fullmesh: source <(fullmesh completion bash)
_fullmesh() {
  local current="\${COMP_WORDS[COMP_CWORD]}" first="\${COMP_WORDS[1]}" words="" options=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${tops.join(' ')} help" -- "$current"))
    return
  fi
  case "$first" in
${children.join('\n')}
  esac
  case "$first \${COMP_WORDS[2]}" in
${commands
  .filter(({ name }) => name.includes(' '))
  .map(({ name }) => `    "${name}") options="$(_fullmesh_options "${name}")" ;;`)
  .join('\n')}
    *) options="$(_fullmesh_options "$first")" ;;
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [ "$COMP_CWORD" -eq 2 ] && [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
_fullmesh_options() {
  local options=""
  case "$1" in
${options.join('\n')}
    share) options="${longFlags(named('share add', commands), commonOptions).join(' ')}" ;;
  esac
  printf '%s' "$options"
}
complete -o filenames -F _fullmesh fullmesh`
}

function zsh({ commands, parents, commonOptions }: CompletionTable): string {
  const tops = new Map<string, string>()
  for (const { name, about } of commands) {
    const [first = '', second] = name.split(' ')
    tops.set(first, second === undefined ? about : (parents[first] ?? ''))
  }
  const described = (pairs: Iterable<readonly [string, string]>) =>
    [...pairs].map(([word, about]) => `'${zshText(word)}:${zshText(about)}'`).join(' ')
  const cases = Object.keys(parents).map((parent) => {
    const pairs = commands
      .filter(({ name }) => name.startsWith(`${parent} `))
      .map(({ name, about }) => [name.slice(parent.length + 1), about] as const)
    return `    ${parent}) subs=(${described(pairs)}) ;;`
  })
  const options = commands.map((spec) => {
    const specs = [...(spec.options ?? []), ...commonOptions].map(
      ({ flags, about, choices }) =>
        `'${longFlag(flags)}[${zshText(about)}]${takesValue(flags) ? `:value:${choices ? `(${choices.join(' ')})` : '_files'}` : ''}'`,
    )
    return `    "${spec.name}") options=(${specs.join(' ')}) ;;`
  })
  return `#compdef fullmesh
# zsh completion for fullmesh: fullmesh completion zsh > "\${fpath[1]}/_fullmesh"
_fullmesh() {
  local -a subs options
  if (( CURRENT == 2 )); then
    local -a tops=(${described(tops)})
    _describe command tops
    return
  fi
  case "$words[2]" in
${cases.join('\n')}
  esac
  local name="$words[2]"
  (( $#subs )) && name="$words[2] $words[3]"
  case "$name" in
${options.join('\n')}
  esac
  if (( CURRENT == 3 && $#subs )); then
    _describe command subs
    _files
  else
    _arguments $options '*:place or file:_files'
  fi
}
_fullmesh "$@"`
}

function fish({ commands, parents, commonOptions }: CompletionTable): string {
  const lines = ['# fish completion for fullmesh: fullmesh completion fish | source']
  for (const [parent, about] of Object.entries(parents)) {
    lines.push(`complete -c fullmesh -n __fish_use_subcommand -a ${parent} -d ${fishText(about)}`)
  }
  for (const spec of commands) {
    const [first = '', second] = spec.name.split(' ')
    const siblings = childrenOf(first, commands).join(' ')
    const at =
      second === undefined
        ? '__fish_use_subcommand'
        : `'__fish_seen_subcommand_from ${first}; and not __fish_seen_subcommand_from ${siblings}'`
    lines.push(`complete -c fullmesh -n ${at} -a ${second ?? first} -d ${fishText(spec.about)}`)
    const seen =
      second === undefined
        ? `'__fish_seen_subcommand_from ${first}'`
        : `'__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}'`
    for (const { flags, about, choices } of [...(spec.options ?? []), ...commonOptions]) {
      const values = choices ? ` -x -a '${choices.join(' ')}'` : takesValue(flags) ? ' -r' : ''
      lines.push(
        `complete -c fullmesh -n ${seen} -l ${longFlag(flags).slice(2)}${values} -d ${fishText(about)}`,
      )
    }
  }
  return lines.join('\n')
}

function childrenOf(parent: string, commands: readonly CommandSpec[]): string[] {
  return commands
    .filter(({ name }) => name.startsWith(`${parent} `))
    .map(({ name }) => name.slice(parent.length + 1))
}

function named(name: string, commands: readonly CommandSpec[]): CommandSpec | undefined {
  return commands.find((spec) => spec.name === name)
}

function longFlags(spec: CommandSpec | undefined, common: readonly OptionSpec[]): string[] {
  return [...(spec?.options ?? []), ...common].map(({ flags }) => longFlag(flags))
}

function longFlag(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags
}

function takesValue(flags: string): boolean {
  return flags.includes('<')
}

function zshText(text: string): string {
  return text.replaceAll("'", String.raw`'\''`).replaceAll(/[:[\]]/g, String.raw`\$&`)
}

function fishText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
