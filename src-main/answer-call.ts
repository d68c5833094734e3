import { calls, type CallArguments, type CallName, type CallResult, type Handlers } from '#contract/calls.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'

/** How every call ends, as it travels over HTTP and IPC. */
export type CallOutcome = { result: CallResult<CallName> } | { problem: ProblemReport }

/** Answers a call whose name and arguments come from outside; it never throws. */
export async function answerCall(handlers: Handlers, name: unknown, args: unknown): Promise<CallOutcome> {
  try {
    return { result: await dispatch(handlers, callNameFrom(name), args) }
  } catch (error) {
    return { problem: reportOf(error) }
  }
}

function dispatch<C extends CallName>(handlers: Handlers, name: C, args: unknown): Promise<CallResult<C>> {
  const parsed = calls[name].arguments.safeParse(args)
  const handler = handlers[name] as unknown as (...args: CallArguments<C>) => Promise<CallResult<C>>
  if (parsed.success) return handler(...(parsed.data as CallArguments<C>))
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.slice(1).join('.') || '(root)'}: ${message}`,
  )
  throw new Problem(name === 'runs.start' ? 'bad-configuration' : 'bad-request', name, faults.join('; '))
}

function callNameFrom(name: unknown): CallName {
  if (typeof name === 'string' && Object.hasOwn(calls, name)) return name as CallName
  throw new Problem('bad-request', 'call', 'there is no call of this name')
}
