import type { z } from 'zod'

/** A function that crosses a process border: its arguments are validated where they arrive, its result is only typed. */
export interface Call<Arguments extends z.ZodType<unknown[]>, Result> {
  readonly arguments: Arguments
  /** Never there; it carries the type. */
  readonly result?: Result
}

type AnyCall = Call<z.ZodType<unknown[]>, unknown>
/** Calls by name. */
type CallTable = Readonly<Record<string, AnyCall>>
export type ArgumentsOf<C extends AnyCall> = z.output<C['arguments']>
export type ResultOf<C extends AnyCall> = C extends Call<z.ZodType<unknown[]>, infer Result> ? Result : never

/** One function a call; a missing one does not compile. */
export type HandlersOf<T extends CallTable> = {
  [N in keyof T]: (...args: ArgumentsOf<T[N]>) => Promise<ResultOf<T[N]>>
}

/** `call(z.tuple([runId])).returns<RunDetails>()`: an entry of a table of calls. */
export function call<A extends z.ZodType<unknown[]>>(args: A): { returns: <R>() => Call<A, R> } {
  return { returns: () => ({ arguments: args }) }
}
