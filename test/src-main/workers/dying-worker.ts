/** A worker program for tests: it is killed as soon as it is told anything. */
process.once('message', () => process.kill(process.pid, 'SIGKILL'))
