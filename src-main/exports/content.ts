import { createReadStream, openSync, realpathSync, statSync } from 'node:fs'
import { basename, extname, join, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { Problem } from '#contract/problem.ts'
import { filesIn } from './stored-exports.ts'

/** Something that can be saved elsewhere. */
export interface Content {
  /** What the saved file is called. */
  name: string
  type: string
  /** Null where it is not known before it is written. */
  bytes: number | null
  /** @throws Problem `file-not-found` when it is gone by now */
  open(): Readable
}

const types: Record<string, string> = {
  '.json': 'application/json',
  '.html': 'text/html; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.py': 'text/x-python; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * A file of an export.
 * Trap: `path` comes from outside. Nothing outside the folder is ever answered, neither by `..` nor through links.
 * @throws Problem `file-not-found`
 */
export function fileContent(folder: string, path: string): Content {
  const plain = path.split('/').every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part))
  const real = plain ? realPathOf(join(folder, path)) : null
  const root = realPathOf(folder)
  if (real === null || root === null || !real.startsWith(root + sep) || !statSync(real).isFile())
    throw new Problem('file-not-found', path, 'the export has no such file')
  const { size } = statSync(real)
  const type = types[extname(real)] ?? 'application/octet-stream'
  const open = () => createReadStream(real, { fd: unlessGone(path, () => openSync(real, 'r')) })
  return { name: basename(path), type, bytes: size, open }
}

/** All files of an export as a ZIP archive, made while it is read. */
export function folderContent(folder: string, name: string): Content {
  return {
    name: `${name}.zip`,
    type: 'application/zip',
    bytes: null,
    open() {
      const files = unlessGone(name, () => filesIn(folder))
      const archive = new ZipFile()
      const stream = archive.outputStream as Readable
      archive.on('error', (error) => stream.destroy(error as Error))
      for (const { path } of files) archive.addFile(join(folder, path), `${name}/${path}`)
      archive.end()
      return stream
    },
  }
}

/** Between the offer of a content and its download, the run may have gone to the trash. */
function unlessGone<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Problem('file-not-found', name, (error as Error).message, { cause: error })
  }
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null
    throw error
  }
}
