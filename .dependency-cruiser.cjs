/** Import directions: arrows go down only (docs/decisions/0001-house.md). */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^src-', pathNot: allowed },
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('contract-imports-nothing', '^src-contract/', '^src-contract/'),
    {
      name: 'contract-knows-no-node',
      severity: 'error',
      from: { path: '^src-contract/' },
      to: { dependencyTypes: ['core'] },
    },
    only('graph', '^src-worker/graph/', '^src-contract/|^src-worker/(graph/|random)'),
    only('onnx', '^src-worker/onnx/', '^src-contract/|^src-worker/(graph|onnx)/'),
    only('training', '^src-worker/training/', '^src-contract/|^src-worker/(graph/|onnx/|training/|random)'),
    only('space', '^src-worker/space/', '^src-contract/|^src-worker/(graph/|training/|space/|random)'),
    only('shapley', '^src-worker/shapley/', '^src-contract/|^src-worker/(shapley/|random)'),
    only('dataset', '^src-worker/dataset/', '^src-contract/|^src-worker/(dataset/|run-directory/|random)'),
    only('run-directory', '^src-worker/run-directory/', '^src-contract/|^src-worker/run-directory/'),
    only(
      'backbone',
      '^src-worker/backbone/',
      '^src-contract/|^src-worker/(graph/|onnx/|training/|dataset/|backbone/|run-directory/|random)',
    ),
    only('main', '^src-main/', '^src-contract/|^src-main/|^src-worker/run-directory/'),
    only('renderer', '^src-renderer/', '^src-contract/|^src-renderer/'),
    {
      name: 'worker-stays-plain',
      severity: 'error',
      from: { path: '^src-worker/' },
      to: { path: 'node_modules/(electron|better-sqlite3|vue)/' },
    },
    {
      name: 'host-and-command-line-never-load-electron',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/(electron|preload)' },
      to: { path: 'node_modules/electron/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
