import { nodeEnvironment } from './node-environment.ts'

/**
 * A unit for systemd's user instance. It may not shut the node off from folders, any of which may be shared, nor
 * forbid memory that is written and run (MemoryDenyWriteExecute), which the compiler in Node needs. What would need
 * a mount namespace is left out: not every system gives users one, and the unit would not start there.
 */
export function systemdUnit(
  [executable, script]: readonly [string, string],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const home = environment['FULLMESH_HOME']
  return [
    '[Unit]',
    'Description=Fullmesh, a peer-to-peer node',
    'StartLimitIntervalSec=60',
    'StartLimitBurst=5',
    '',
    '[Service]',
    `ExecStart=${quoted(executable)} ${quoted(script)} up --foreground`,
    ...Object.entries(nodeEnvironment).map(([name, value]) => `Environment=${name}=${value}`),
    ...(home === undefined ? [] : [`Environment=${quoted(`FULLMESH_HOME=${home}`)}`]),
    'Restart=on-failure',
    'RestartSec=2',
    'TimeoutStopSec=20',
    'NoNewPrivileges=yes',
    ...hardening,
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n')
}

/** A percent sign is systemd's own, and a dollar begins a variable. */
function quoted(text: string): string {
  const escaped = text
    .replaceAll(/[\\"]/g, String.raw`\$&`)
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')
  return `"${escaped}"`
}

const hardening = [
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictNamespaces=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
]
