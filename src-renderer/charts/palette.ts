export * from '#contract/palette.ts'
