import { openClient } from '../../../src/doors/cli/client.ts'
import type { Client } from '../../../src/doors/cli/client.ts'
import { openFakeNode } from './fake-node.ts'
import type { FakeNode } from './fake-node.ts'

/** A node with everything below its doors in memory, and a client that asks it. */
export async function openAskedNode(): Promise<FakeNode & { readonly client: Client }> {
  const node = await openFakeNode()
  return { ...node, client: openClient(node.socketPath, new AbortController().signal) }
}
