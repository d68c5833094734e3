export interface Point {
  x: number
  y: number
}

/** Upper left corner and size, in pixels at zoom 1. */
export interface Box extends Point {
  width: number
  height: number
}
