import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'
import { Problem } from '#contract/problem.ts'

interface Grant {
  path: string
  /** The folder that the path may not leave. */
  root: string
}

/**
 * Random ids that stand for files and folders, so that a window can only name what it was shown. They live as long as
 * the process; whoever holds none of them reaches no file.
 */
export class FileGrants {
  readonly #grants = new Map<string, Grant>()
  readonly #ids = new Map<string, string>()
  readonly #paths = new Set<string>()

  /** The id of a path, the same whenever it is asked for. Nothing is granted that lies outside `root`. */
  grant(path: string, root: string): string {
    const real = confine(path, root)
    const key = `${root}\0${real}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = randomBytes(16).toString('base64url')
    this.#ids.set(key, id)
    this.#grants.set(id, { path: real, root })
    this.#paths.add(real)
    return id
  }

  /**
   * The path that an id stands for, links resolved. It is looked at again: what was a file may be a link by now.
   * @throws Problem `not-allowed` for an id that was not given out, or one that now leads elsewhere; `file-not-found`.
   */
  resolveGrant(id: string): string {
    const { path, root } = this.#known(id)
    return confine(path, root)
  }

  /** Whether a path, written as its grant resolves, was given out. */
  holds(path: string): boolean {
    return this.#paths.has(path)
  }

  /** The folder that a grant may not leave. @throws Problem `not-allowed` */
  rootOf(id: string): string {
    return this.#known(id).root
  }

  #known(id: string): Grant {
    const grant = this.#grants.get(id)
    if (grant) return grant
    throw new Problem('not-allowed', 'file', 'it was not chosen since Shapwright was opened; choose it again')
  }
}

/**
 * The real path of what lies in `root`, which is a real path itself.
 * @throws Problem `not-allowed` when a link leads out of the root or to something hidden in it, or when the root has become
 * a link; `file-not-found`
 */
function confine(path: string, root: string): string {
  const real = realPathOf(path)
  // A root that was replaced by a link would take all its grants along.
  if (realPathOf(root) !== root) throw new Problem('not-allowed', root, 'it leads elsewhere by now')
  const inside = relative(root, real)
  const parts = inside === '' ? [] : inside.split(sep)
  if (isAbsolute(inside) || parts.some((part) => part.startsWith('.')))
    throw new Problem('not-allowed', path, 'it leads out of the folders that the window may look into')
  return real
}

/** @throws Problem `file-not-found`, `file-unreadable` */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    throw new Problem(missing ? 'file-not-found' : 'file-unreadable', path, message, { cause: error })
  }
}
