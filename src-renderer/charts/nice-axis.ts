export * from '#contract/nice-axis.ts'
