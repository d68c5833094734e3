/** A worker program for tests: it says what no worker says, and ends. */
const nonsense = [
  null,
  7,
  'x',
  [],
  {},
  { type: 'unknown' },
  { type: 'event', event: { seq: -1 } },
  { type: 'progress', progress: { done: 'half' } },
  { type: 'problem', problem: { code: 'no-such-code' } },
]

process.once('message', () => {
  for (const said of nonsense) process.send!(said)
  process.disconnect()
})
