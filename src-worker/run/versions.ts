import { readFileSync } from 'node:fs'

/** What a run was made with; it stands in its first event. */
export function describeVersions(): Record<string, string> {
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
    dependencies: Record<string, string>
  }
  return {
    shapwright: own.version,
    'onnxruntime-node': own.dependencies['onnxruntime-node'],
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  }
}
