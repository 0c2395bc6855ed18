import { workerData } from 'node:worker_threads'
import { client, ready, server } from '@serenity-kit/opaque'
import { fromBase64Url, toBase64Url } from '../../base/bytes.ts'
import { workerPort } from '../../base/worker-file.ts'
import type { OpaqueCall, OpaqueReply, OpaqueWork, Stretching } from './opaque.ts'

/** The thread behind opaque.ts: the library speaks base64url, everything else here bytes. */
const cost = workerData as Stretching
const keyStretching = {
  'argon2id-custom': {
    memory: cost.memoryKiB,
    iterations: cost.iterations,
    parallelism: cost.parallelism,
  },
}
const port = workerPort()

await ready
port.on('message', ({ id, work }: OpaqueCall) => {
  port.postMessage(replyTo(id, work))
})

function replyTo(id: number, work: OpaqueWork): OpaqueReply {
  try {
    return { id, result: resultOf(work) }
  } catch (error) {
    return { id, failure: (error as Error).message.replace(/\.$/, '') }
  }
}

function resultOf(work: OpaqueWork): unknown {
  switch (work.kind) {
    case 'register':
      return register(work)
    case 'start': {
      const { password } = work
      const { startLoginRequest, clientLoginState } = client.startLogin({ password })
      return { request: bytesOf(startLoginRequest), state: clientLoginState }
    }
    case 'respond': {
      const { loginResponse, serverLoginState } = server.startLogin({
        serverSetup: toBase64Url(work.kept.setup),
        registrationRecord: toBase64Url(work.kept.record),
        startLoginRequest: toBase64Url(work.request),
        userIdentifier: work.names.client,
        identifiers: work.names,
      })
      return { response: bytesOf(loginResponse), state: serverLoginState }
    }
    case 'finish': {
      const done = client.finishLogin({
        clientLoginState: work.state,
        loginResponse: toBase64Url(work.response),
        password: work.password,
        identifiers: work.names,
        keyStretching,
      })
      if (!done) return undefined
      const { finishLoginRequest, sessionKey } = done
      return { finish: bytesOf(finishLoginRequest), sessionKey: bytesOf(sessionKey) }
    }
    case 'conclude':
      return conclude(work)
  }
}

/** Both halves of a registration: the owner knows the password that it sets. */
function register({ password, names }: Extract<OpaqueWork, { kind: 'register' }>): unknown {
  const serverSetup = server.createSetup()
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password })
  const { registrationResponse } = server.createRegistrationResponse({
    serverSetup,
    userIdentifier: names.client,
    registrationRequest,
  })
  const { registrationRecord } = client.finishRegistration({
    clientRegistrationState,
    registrationResponse,
    password,
    identifiers: names,
    keyStretching,
  })
  return { setup: bytesOf(serverSetup), record: bytesOf(registrationRecord) }
}

/** The library throws for a wrong last message and for one that can't be read: both are a wrong guess. */
function conclude({ state, finish }: Extract<OpaqueWork, { kind: 'conclude' }>): unknown {
  const login = { serverLoginState: state, finishLoginRequest: toBase64Url(finish) }
  try {
    return bytesOf(server.finishLogin(login).sessionKey)
  } catch {
    return undefined
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text)
  if (!bytes) throw new Error('the library gave no base64url')
  return bytes
}
