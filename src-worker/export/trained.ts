import type { Network, Values } from '../training/network.ts'

/** A trained network: what it computes and with which numbers. */
export interface Trained<N extends Network = Network> {
  network: N
  /** Flat, in the order of the network's layout. */
  weights: Float32Array
  statistics: Float32Array
  /** Extra inputs by name; empty where there is none. */
  extra: Values
}
