/** A mark on an axis: where, in pixels, and what is written there. */
export interface Tick {
  at: number
  text: string
}

/** The edges of what is plotted, in pixels of its picture. */
export interface PlotBox {
  left: number
  right: number
  top: number
  bottom: number
}

/** Both ends of a line or a band. */
export type Ends = readonly [from: number, to: number]
