/**
 * Cuts the power of a disk again and again while a writer works on it: node power-cuts.ts BASE STATE CUTS SECONDS.
 * STATE is where the journal is: `same` disk, or `other`. To be started in a mount namespace of its own, as root. The disk is an ext4 in a file, which is told to
 * forget all that was not yet made to last (the SHUTDOWN call of the file system, without flushing its
 * log), taken off, put on again, and looked at. Says how many cuts it made, and what was acknowledged.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fraction, systemRandom } from '../../src/base/random.ts'
import { KilledFolder } from './killed-folder.ts'

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH. Source: fs/ext4/ext4.h of Linux. */
const shutDown =
  'open(D, "<", $ARGV[0]) or die; my $flags = pack("L", 2); ioctl(D, 0x8004587D, $flags) or die $!'

const [base = '', state = '', cuts = '', seconds = ''] = process.argv.slice(2)
const image = join(base, 'disk.img')
const disk = join(base, 'disk')

mkdirSync(disk)
execFileSync('truncate', ['--size', '2G', image])
execFileSync('mkfs.ext4', ['-q', image])
plugIn()
const folder = new KilledFolder(disk, state === 'same' ? disk : base, join(base, 'cache'))
let made = 0
while (made < Number(cuts) && performance.now() < Number(seconds) * 1_000) {
  await folder.runAndKill(1 + upTo(40), upTo(300), cutPower)
  execFileSync('umount', [disk])
  plugIn()
  await folder.recover()
  made++
}
folder.assertNothingVanished()
execFileSync('umount', [disk])
process.stdout.write(`${made} cuts, ${folder.contents} contents acknowledged\n`)

function plugIn(): void {
  execFileSync('mount', ['-o', 'loop', image, disk])
}

/** Node has no ioctl. */
function cutPower(): void {
  execFileSync('perl', ['-e', shutDown, disk])
}

function upTo(max: number): number {
  return Math.floor(fraction(systemRandom) * max)
}
