import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { toHex } from '../../../../src/base/bytes.ts'
import { diskPaths } from '../../../../src/networks/bittorrent/metainfo/disk-paths.ts'
import type { Metainfo } from '../../../../src/networks/bittorrent/metainfo/metainfo.ts'
import { parseMetainfo } from '../../../../src/networks/bittorrent/metainfo/read-metainfo.ts'
import { TorrentError } from '../../../../src/networks/bittorrent/metainfo/torrent-error.ts'
import type { TorrentRule } from '../../../../src/networks/bittorrent/metainfo/torrent-error.ts'

const folder = join(import.meta.dirname, '../../../vectors/libtorrent/torrents')

/** As libtorrent's own test expects them. */
const accepted =
  'base empty_path parent_path hidden_parent_path single_multi_file slash_path slash_path2 slash_path3 ' +
  'backslash_path url_list url_list2 url_list3 httpseed empty_httpseed long_name whitespace_url ' +
  'duplicate_files pad_file creation_date no_creation_date url_seed url_seed_multi ' +
  'url_seed_multi_single_file url_seed_multi_space url_seed_multi_space_nolist empty_path_multi ' +
  'duplicate_web_seeds invalid_name2 invalid_name3 symlink1 symlink2 unordered symlink_zero_size ' +
  'symlink_filtered_path pad_file_no_path large absolute_filename invalid_filename invalid_filename2 ' +
  'overlapping_symlinks invalid_directory_name v2 v2_multipiece_file v2_only v2_invalid_filename ' +
  'v2_multiple_files v2_invalid_filename2 v2_symlinks v2_hybrid empty-files-1 empty-files-2 ' +
  'empty-files-3 empty-files-4 empty-files-5 v2_no_piece_layers v2_incomplete_piece_layer similar ' +
  'similar2 collection collection2 dht_nodes large_piece_size'

const refused: Readonly<Record<string, TorrentRule>> = {
  missing_piece_len: 'piece-length',
  invalid_piece_len: 'piece-length',
  negative_piece_len: 'piece-length',
  no_name: 'name',
  // It has its name twice; libtorrent takes the first, and finds that it is none.
  bad_name: 'encoding',
  invalid_name: 'name',
  invalid_info: 'info',
  string: 'info',
  negative_size: 'length',
  negative_file_size: 'length',
  invalid_path_list: 'path',
  missing_path_list: 'name',
  invalid_pieces: 'pieces',
  unaligned_pieces: 'pieces',
  invalid_file_size: 'length',
  invalid_symlink: 'path',
  many_pieces: 'many',
  no_files: 'files',
  zero: 'length',
  zero2: 'length',
  v2_mismatching_metadata: 'inconsistent',
  v2_no_power2_piece: 'piece-length',
  v2_invalid_file: 'files',
  v2_deep_recursion: 'encoding',
  v2_non_multiple_piece_layer: 'layer',
  v2_piece_layer_invalid_file_hash: 'layer',
  v2_invalid_piece_layer: 'layer',
  v2_invalid_piece_layer_root: 'layer',
  v2_unknown_piece_layer_entry: 'layer',
  v2_invalid_piece_layer_size: 'layer',
  v2_bad_file_alignment: 'inconsistent',
  v2_unordered_files: 'encoding',
  v2_overlong_integer: 'encoding',
  v2_missing_file_root_invalid_symlink: 'root',
  // libtorrent calls this length wrong; it has more pieces than either takes.
  v2_large_file: 'many',
  v2_large_offset: 'many',
  v2_piece_size: 'piece-length',
  v2_invalid_pad_file: 'pad',
  v2_zero_root: 'root',
  v2_zero_root_small: 'root',
  v2_empty_filename: 'files',
  duplicate_files2: 'many',
}

suite("libtorrent's test torrents", () => {
  for (const name of accepted.split(' ')) {
    test(`${name} is taken`, () => {
      const { info } = read(name)
      assert.equal(info.pieceHashes?.length ?? info.pieceCount * 20, info.pieceCount * 20)
      const paths = diskPaths(info).filter((path) => path !== undefined)
      assert.equal(new Set(paths).size, paths.length)
    })
  }

  for (const [name, rule] of Object.entries(refused)) {
    test(`${name} is refused for its ${rule}`, () => {
      assert.throws(
        () => read(name),
        (error) => error instanceof TorrentError && error.rule === rule,
      )
    })
  }

  test('names that mean something else to the disk are changed as libtorrent changes them', () => {
    assert.deepEqual(pathsOf('slash_path'), ['temp/_/_/bar'])
    assert.deepEqual(pathsOf('slash_path2'), ['temp/abc....def/_/bar'])
    assert.deepEqual(pathsOf('slash_path3'), ['temp....abc'])
    assert.deepEqual(pathsOf('absolute_filename'), ['temp/abcde', 'temp/foobar'])
    assert.deepEqual(pathsOf('symlink_filtered_path'), ['temp/a/_/bar', undefined])
    assert.equal(
      pathsOf('invalid_name2')[0],
      'b61560c2918f463768cd122b6d2fdd47b77bdb35/foo/bar.txt',
    )
  })

  test('files of one name get different ones', () => {
    assert.deepEqual(pathsOf('duplicate_files'), ['temp/foo/bar.txt', 'temp/foo/bar.2.txt'])
  })

  test('pads and links are told apart from files', () => {
    const kinds = (name: string) => read(name).info.files.map(({ kind }) => kind)
    assert.deepEqual(kinds('pad_file'), ['file', 'pad'])
    assert.deepEqual(kinds('pad_file_no_path'), ['file', 'pad'])
    assert.deepEqual(kinds('symlink1'), ['file', 'link'])
  })

  test('hashes, roots and what surrounds the dictionary are read', () => {
    const { info } = read('v2')
    assert.equal(info.version, 'hybrid')
    assert.equal(
      toHex(info.hashV2 ?? new Uint8Array()),
      '597b180c1a170a585dfc5e85d834d69013ceda174b8f357d5bb1a0ca509faf0a',
    )
    assert.equal(
      toHex(info.files[0]?.root ?? new Uint8Array()),
      '60aae9c7b428f87e0713e88229e18f0adf12cd7b22a0dd8a92bb2485eb7af242',
    )
    assert.equal(read('v2_only').info.version, 'v2')
    assert.equal(read('creation_date').createdMs, 1234567_000)
    assert.deepEqual(read('dht_nodes').nodes, ['127.0.0.1:6881', '192.168.1.1:6881'])
    assert.deepEqual(read('whitespace_url').trackers[0], ['udp://test.com/announce'])
    assert.equal(read('duplicate_web_seeds').webSeeds.length, 3)
  })
})

function read(name: string): Metainfo {
  return parseMetainfo(readFileSync(join(folder, `${name}.torrent`)))
}

function pathsOf(name: string): readonly (string | undefined)[] {
  return diskPaths(read(name).info)
}
