// Runs the slow and the browser tests: the same runner, told so by an environment variable on every platform.
import { spawnSync } from 'node:child_process'

const { status } = spawnSync('vitest', ['run', ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, TEST_LONG: '1' },
})
process.exitCode = status ?? 1
