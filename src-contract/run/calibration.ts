import { z } from 'zod'

/** Equal-width bins of confidence, from 0 to 1. */
export const reliabilityBins = 15

const reliability = z.object({
  /**
   * By confidence, `reliabilityBins` of them: how many answers, how sure they were on average, and how many of them were
   * right; the last two are null for a bin without answers. An answer is the most probable class of a sample; in a
   * multi-label task every label of every sample is one, its probability the confidence, and right means that it is there.
   */
  bins: z.array(
    z.object({ count: z.int(), confidence: z.number().nullable(), accuracy: z.number().nullable() }),
  ),
  /** Mean of |accuracy − confidence| over all answers, bin by bin (Guo et al. 2017, Eq. 3). */
  expectedCalibrationError: z.number(),
  /**
   * What the error of perfectly reliable probabilities would stay below in 95 % of test splits of this size: an error below
   * it is no sign of unreliable ones.
   */
  errorByChance: z.number().optional(),
  /** Mean squared error of the probabilities: summed over the classes of a sample (0–2), or by label in a multi-label task (0–1). */
  brierScore: z.number(),
  /** Mean −log probability of what is true: by sample, or by label in a multi-label task. */
  negativeLogLikelihood: z.number(),
})
export type Reliability = z.infer<typeof reliability>

/** How far the probabilities of the exported model can be taken at their word, on the test split. */
export const calibration = z.object({
  /** Softens (> 1) or sharpens the probabilities: σ(logits / temperature). Fitted on the validation split (Guo et al. 2017, § 4.2). */
  temperature: z.number().positive(),
  /** As the model gives them. */
  before: reliability,
  /** Of the logits divided by the temperature. */
  after: reliability,
})
export type Calibration = z.infer<typeof calibration>
