// The command line's entry: it must run on any Node, so it imports nothing before it has checked the version.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`Shapwright needs Node 24 or newer; this is Node ${process.versions.node}.`)
  console.error(
    'Run it through npm (npm run demo, npm run search -- …): npm uses the Node 24 in node_modules.',
  )
  process.exit(2)
}
// Who reads the answer may have read enough: `shapwright list | head -3`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
const [command, ...rest] = process.argv.slice(2)
// Completion asks on every press of the tab key: it must not wait for all the other commands to load.
if (command === 'complete-ids') import('./cli/complete-ids.ts').then((hidden) => hidden.completeIds(rest))
else import('./cli.ts').then((cli) => cli.main(process.argv.slice(2)))
