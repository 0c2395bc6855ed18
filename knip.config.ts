import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: [
        'src/main.ts',
        // Reached by their address, in threads of their own.
        'src/**/*-worker.ts',
        'test/**/*.test.ts',
        'test/**/*-node.ts',
        'bench/**/*.ts',
        'scripts/**/*.ts',
      ],
      project: ['{src,test,bench,scripts}/**/*.ts', 'src/**/*.svelte'],
    },
    'scripts/svelte-check': {},
  },
  ignoreExportsUsedInFile: true,
  // The system's own, with which tests build hosts, disks and odd files.
  ignoreBinaries: [
    'diff',
    'ip',
    'mkfifo',
    'mkfs.ext4',
    'mount',
    'perl',
    'systemd-analyze',
    'truncate',
    'umount',
  ],
}

export default config
