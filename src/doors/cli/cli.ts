/**
 * The command line: what people type, done by the node.
 *
 * Job: the commands (one a file, loaded only when called), words and progress for people, JSON for programs,
 * passwords that never stand in arguments, exit codes, starting the node where one is needed.
 * Non-goals: any work of its own on shares (it asks the node, by the contract), knowing what a node is made of
 * (main.ts hands in how to serve one).
 */
import type { Command, CommanderError } from 'commander'
import { InterruptedError } from '../../base/errors.ts'
import { nodeHome } from '../contract/home.ts'
import { NodeDownError, openClient } from './client.ts'
import type { Client } from './client.ts'
import type { Call, CommandSpec } from './command.ts'
import { commands } from './commands.ts'
import type { Context, Serve } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { reportFailure } from './failure-text.ts'
import { Printer, ReaderGoneError } from './printer.ts'
import { buildProgram } from './program.ts'
import { startNode } from './start-node.ts'
import type { Terminal } from './terminal.ts'

export interface CliParts {
  /** What was typed behind the program's name. */
  readonly words: readonly string[]
  readonly terminal: Terminal
  /** Fires at Ctrl-C, or when the process is asked to end. */
  readonly signal: AbortSignal
  readonly serve: Serve
}

/** Does what was typed and returns the exit code (docs/EXIT-CODES.md). Rejects only by a bug of its own. */
export async function runCli(parts: CliParts): Promise<number> {
  let exit = 0
  const program = buildProgram(commands, parts.terminal, async (spec, command) => {
    exit = await runCommand(spec, command, parts)
  })
  try {
    await program.parseAsync([...parts.words], { from: 'user' })
  } catch (error) {
    if (!isCommanderError(error)) throw error
    return error.exitCode === 0 ? 0 : usageExit
  }
  return exit
}

async function runCommand(spec: CommandSpec, command: Command, parts: CliParts): Promise<number> {
  const { terminal, signal, serve } = parts
  const call = callOf(command)
  const printer = new Printer(terminal, { json: call.flag('json'), quiet: call.flag('quiet') })
  try {
    const home = nodeHome({ ...terminal, variables: terminal.environment })
    const runningClient = openClient(home.socketPath, signal)
    const client = startingClient(runningClient, () =>
      startNode(terminal, home, runningClient, signal),
    )
    const context: Context = { terminal, home, client, runningClient, printer, signal, serve }
    const run = await spec.load()
    await run(call, context)
    return 0
  } catch (error) {
    if (error instanceof ReaderGoneError) return 0
    if (error instanceof ExitCode) return error.code
    return await fail(signal.aborted ? new InterruptedError(error) : error, printer, terminal)
  }
}

async function fail(error: unknown, printer: Printer, terminal: Terminal): Promise<number> {
  const report = reportFailure(error, terminal.environment['FULLMESH_DEBUG'] === '1')
  const { exit, kind, name, message } = report
  if (printer.json) {
    await printer.warn(JSON.stringify({ schema: 'fullmesh.failure/1', kind, name, message }))
  } else if (kind !== 'interrupted') {
    await printer.warn(`${printer.style('red', 'fullmesh:')} ${message}`)
  }
  return exit
}

function callOf(command: Command): Call {
  const options: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  return {
    argument: (index) => command.args[index] ?? '',
    argumentCount: command.args.length,
    flag: (option) => options[option] === true,
    text: (option) => {
      const value = options[option]
      return typeof value === 'string' ? value : undefined
    },
  }
}

/** Starts the node when a question finds none, once, and asks again. */
function startingClient(client: Client, start: () => Promise<void>): Client {
  let started: Promise<void> | undefined
  const ensure = (error: unknown) => {
    if (!(error instanceof NodeDownError) || started) throw error
    started = start()
    return started
  }
  return {
    call: (name, request) =>
      client.call(name, request).catch(async (error: unknown) => {
        await ensure(error)
        return client.call(name, request)
      }),
    stream: async function* (name, request) {
      await client.call('status', {}).catch(ensure)
      yield* client.stream(name, request)
    },
    bytes: async function* (name, request) {
      await client.call('status', {}).catch(ensure)
      yield* client.bytes(name, request)
    },
  }
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'exitCode' in error && 'code' in error
}

/** As errorKinds.usage, for what is wrong before any command runs. */
const usageExit = 2
