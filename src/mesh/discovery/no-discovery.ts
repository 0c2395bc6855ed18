import { Topic } from '../../base/topic.ts'
import type { Discovery } from '../mesh.ts'

/** Finds nobody and is found by nobody: for a user who has switched discovery off. */
export function noDiscovery(): Discovery {
  return {
    neighbours: () => [],
    changed: new Topic(),
    [Symbol.asyncDispose]: async () => {},
  }
}
