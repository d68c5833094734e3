import { defineConfig } from 'vitest/config'

/** `npm test` leaves out what is slow or needs a browser; `npm run test:long` runs exactly that. */
const long = process.env['TEST_LONG'] === '1'
const longTests = ['test/**/*.long.test.ts', 'test/e2e/**/*.test.ts']

export default defineConfig({
  test: {
    include: long ? longTests : ['test/**/*.test.ts'],
    exclude: long ? [] : longTests,
    testTimeout: long ? 1_200_000 : 60_000,
    hookTimeout: long ? 1_200_000 : 60_000,
    // What a browser or a worker does is waited for while two of everything run at once.
    expect: { poll: { timeout: long ? 10_000 : 1000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
})
