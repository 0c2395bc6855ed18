import * as z from 'zod'
import { versioned } from './versioned.ts'

const transferredShape = { inBytes: z.int(), outBytes: z.int() }

export const statusSchema = versioned('status', {
  version: z.string(),
  process: z.int().describe('process id'),
  name: z.string(),
  peer: z.string(),
  sinceMs: z.int(),
  addresses: z.array(z.string()).describe('where others may reach this node, best first'),
  shares: z.object({
    count: z.int(),
    files: z.int(),
    bytes: z.int(),
    indexing: z.int(),
    paused: z.int(),
  }),
  copies: z.object({ count: z.int(), running: z.int(), waiting: z.int(), failed: z.int() }),
  peers: z.object({ contacts: z.int(), nearby: z.int(), linked: z.int() }),
  traffic: z.object(transferredShape).describe('since the node was started'),
})
export type Status = z.infer<typeof statusSchema>
