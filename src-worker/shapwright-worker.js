// The worker's entry: it must run on any Node, so it imports nothing before it has checked the version.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`Shapwright's worker needs Node 24 or newer; this is Node ${process.versions.node}.`)
  process.exit(2)
}
import('./worker.ts').then((worker) => worker.main())
