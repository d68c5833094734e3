// The entry of `npm start` and `npm run serve`: it must run on any Node, so it imports nothing before it has checked
// the version.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`Shapwright needs Node 24 or newer; this is Node ${process.versions.node}.`)
  console.error('Run it through npm (npm start, npm run serve): npm uses the Node 24 in node_modules.')
  process.exit(2)
}
import('./start.ts').then((start) => start.main(process.argv.slice(2)))
