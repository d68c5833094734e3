import { callArguments, type CallArguments, type CallName, type CallResults } from '#contract/calls.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'

/** One function a call; a missing one does not compile. */
export type Handlers = { [C in CallName]: (...args: CallArguments<C>) => Promise<CallResults[C]> }

/** How every call ends, as it travels over HTTP and IPC. */
export type CallOutcome = { result: CallResults[CallName] } | { problem: ProblemReport }

/** Answers a call whose name and arguments come from outside; it never throws. */
export async function answerCall(handlers: Handlers, name: unknown, args: unknown): Promise<CallOutcome> {
  try {
    return { result: await dispatch(handlers, callNameFrom(name), args) }
  } catch (error) {
    return { problem: reportOf(error) }
  }
}

function dispatch<C extends CallName>(handlers: Handlers, name: C, args: unknown): Promise<CallResults[C]> {
  const parsed = callArguments[name].safeParse(args)
  if (parsed.success) return handlers[name](...(parsed.data as CallArguments<C>))
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.slice(1).join('.') || '(root)'}: ${message}`,
  )
  throw new Problem(name === 'runs.start' ? 'bad-configuration' : 'bad-request', name, faults.join('; '))
}

function callNameFrom(name: unknown): CallName {
  if (typeof name === 'string' && Object.hasOwn(callArguments, name)) return name as CallName
  throw new Problem('bad-request', 'call', 'there is no call of this name')
}
