/**
 * What the C library of Linux (glibc) is told for a node's process; others pass over it. It keeps what was freed
 * for each thread, and pieces of 1 MiB among it, so that a node under siege stayed 110 MiB larger than what it
 * used. Must be there before the process begins: `up --foreground` can't set it for itself.
 */
export const nodeEnvironment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(256 * 1024),
} as const
