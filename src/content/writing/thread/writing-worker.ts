import { workerData } from 'node:worker_threads'
import { Serial } from '../../../base/serial.ts'
import { workerPort } from '../../../base/worker-file.ts'
import { RecentNames } from '../disk/known-names.ts'
import { encodeFailure } from './failure.ts'
import { doJob } from './job-table.ts'
import type { JobCall, JobReply, ThreadData } from './jobs.ts'

/** The thread behind writing-thread.ts. */
const setting = { ...(workerData as ThreadData), recentNames: new RecentNames() }
const port = workerPort()
const inOrder = new Serial()

port.on('message', (call: JobCall) => {
  if (call.name === 'copyIn') void serve(call)
  else void inOrder.run(() => serve(call))
})

async function serve({ ask, id, name }: JobCall): Promise<void> {
  try {
    reply({ id, answer: await doJob(name, ask, setting) })
  } catch (error) {
    reply({ id, failure: encodeFailure(error) })
  }
}

function reply(message: JobReply): void {
  port.postMessage(message)
}
