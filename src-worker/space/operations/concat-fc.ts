import { concat } from './concat.ts'

export const concatFc = {
  ...concat,
  name: 'concat_fc' as const,
  source: 'BM-NAS, concatenation and a linear layer',
}
