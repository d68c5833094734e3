import manifest from '../../package.json' with { type: 'json' }

/** What a run was made with; it stands in its first event. */
export function describeVersions(): Record<string, string> {
  return {
    shapwright: manifest.version,
    'onnxruntime-node': manifest.dependencies['onnxruntime-node'],
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  }
}
