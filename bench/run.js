// The entry of `npm run bench`: it must run on any Node, so it imports nothing before it has checked the version.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`Shapwright needs Node 24 or newer; this is Node ${process.versions.node}.`)
  console.error('Run it through npm (npm run bench -- …): npm uses the Node 24 in node_modules.')
  process.exit(2)
}
import('./run.ts').then((run) => run.main(process.argv.slice(2)))
