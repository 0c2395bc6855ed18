import type { CommandSpec } from '../command.ts'

export const nodeCommands: readonly CommandSpec[] = [
  {
    name: 'up',
    about: 'start the node, unless it runs',
    more: 'Every command that needs the node starts it, so this is only for the start of a session or for a service manager.',
    group: 'Node',
    options: [{ flags: '--foreground', about: 'run it here, until it is ended' }],
    load: async () => (await import('../commands/up.ts')).up,
  },
  {
    name: 'down',
    about: 'end the node',
    more: 'Copies go on when it is started again.',
    group: 'Node',
    load: async () => (await import('../commands/down.ts')).down,
  },
  {
    name: 'status',
    about: 'what the node is doing',
    group: 'Node',
    load: async () => (await import('../commands/status.ts')).status,
  },
  {
    name: 'doctor',
    about: 'what is wrong, and how to mend it',
    group: 'Node',
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  {
    name: 'config get',
    takes: '[key]',
    about: 'show the settings, or one of them',
    group: 'Node',
    isDefault: true,
    load: async () => (await import('../commands/config.ts')).configGet,
  },
  {
    name: 'config set',
    takes: '<key> <value>',
    about: 'change a setting, such as limits.upBytesPerSecond',
    group: 'Node',
    load: async () => (await import('../commands/config.ts')).configSet,
  },
  {
    name: 'config path',
    about: 'print where settings, state and socket are',
    group: 'Node',
    load: async () => (await import('../commands/config.ts')).configPath,
  },
  {
    name: 'service install',
    about: 'start the node with your login (systemd user unit)',
    group: 'Node',
    options: [{ flags: '--print', about: 'only show the unit' }],
    load: async () => (await import('../commands/service.ts')).serviceInstall,
  },
  {
    name: 'service rm',
    about: 'undo that',
    group: 'Node',
    load: async () => (await import('../commands/service.ts')).serviceRm,
  },
  {
    name: 'completion',
    takes: '<shell>',
    about: 'print completion for bash, zsh or fish',
    group: 'Node',
    load: async () => (await import('../commands/completion.ts')).completion,
  },
  {
    name: 'man',
    about: 'print the manual page, for man -l -',
    group: 'Node',
    load: async () => (await import('../commands/man.ts')).man,
  },
]
