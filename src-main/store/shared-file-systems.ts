import { statfs } from 'node:fs/promises'

/** Types of file systems (Linux, statfs) that are shared between machines, where WAL's shared memory is unsafe. */
const sharedFileSystems = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9P'],
  [0x65735546, 'FUSE'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
])

/** The name of the shared file system that a folder lies on, or null where it is this machine's own. */
export async function sharedFileSystemOf(folder: string): Promise<string | null> {
  const { type } = await statfs(folder)
  return sharedFileSystemFromType(type)
}

/** Trap: statfs gives the type as a signed number on some platforms. */
export function sharedFileSystemFromType(type: number): string | null {
  return process.platform === 'linux' ? (sharedFileSystems.get(type >>> 0) ?? null) : null
}
