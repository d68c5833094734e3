export * from '#contract/statistics.ts'
