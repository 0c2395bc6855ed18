import { pbkdf2Sync } from 'node:crypto'
import type { PeerId } from '../mesh.ts'
import { peerIdBytes } from './peer-id.ts'

/**
 * A PeerId as eight words, for two people to read to each other: 8 x 8 bits of a slow hash of the key.
 * Among a million peers the odds that any two have the same words are 1 in 37 million. Whoever wants a key
 * with the words of one given peer has to make 2^64 keys, with 20,000 rounds of SHA-256 for each: 9,600 years
 * at 10^12 rounds a second. Takes some milliseconds.
 */
export function peerWords(peer: PeerId): string {
  const bytes = pbkdf2Sync(peerIdBytes(peer), 'fullmesh words 1', stretching, wordCount, 'sha256')
  return Array.from(bytes, (byte) => words[byte] ?? '').join(' ')
}

const wordCount = 8

/** Iterations of HMAC, of two rounds of SHA-256 each, by which every try costs an attacker more. */
const stretching = 10_000

/** 256 short, plain words that differ in their first four letters. Never change one: people keep notes. */
export const words: readonly string[] = `
  acid actor album amber angle apple april apron arena armor arrow attic bacon badge baker
  bamboo banjo barn basket beach beard beetle bell bench berry bicycle bird biscuit blanket
  blossom boat bonnet bottle bread brick bridge broom bubble bucket bugle butter cabin cable
  cactus camel candle canoe canyon carpet carrot castle cattle cedar cellar chalk cheese cherry
  chess chimney circus clock cloud clover cobra coffee comet copper coral cotton cousin cradle
  crayon cricket crown crystal curtain daisy dancer desert diamond dinner dolphin donkey dragon
  drum eagle easel echo eight elbow elephant ember engine envelope falcon farmer feather fence
  fiddle finger flame flute forest fossil fountain frog galaxy garden garlic ghost giant ginger
  glacier glove goat golden gossip grape guitar hammer harbor harvest hazel helmet heron hockey
  honey horse hotel hunter iceberg igloo insect iron island ivory jacket jelly jigsaw jungle
  kettle kitchen kitten koala ladder lagoon lantern lemon leopard library lizard lobster lumber
  magnet mango maple marble market meadow melon mirror monkey mother muffin museum mushroom
  napkin nectar needle nephew noodle number nutmeg oasis ocean octopus olive onion orange
  orchid ostrich oven owl oyster paddle palace panda paper parrot peanut pebble pelican pencil
  pepper piano picnic pigeon pillow pirate planet pocket potato puddle pumpkin puppet quartz
  queen quilt rabbit radio rainbow raven ribbon river robin rocket saddle salmon sandal satin
  saucer shadow shovel silver sister spider spoon squirrel summer sunset table teapot temple
  thunder ticket tiger tomato tractor tunnel turtle umbrella uncle valley velvet violin volcano
  waffle walnut whale window winter wizard wolf yellow zebra zipper
`
  .trim()
  .split(/\s+/)
