import { chmod, copyFile, open, stat } from 'node:fs/promises'

/** Copies a file and waits until the copy is on the disk. It can be written, also where the file cannot. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  const { mode } = await stat(to)
  await chmod(to, mode | 0o600)
  const file = await open(to, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
