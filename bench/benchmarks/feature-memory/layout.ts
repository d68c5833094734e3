/** MM-IMDB's six features: four depths of pictures, two of texts. */
const channels = [512, 512, 512, 512, 64, 128]
const length = 16

/** Where tables of so many rows lie one after the other; positions and `bytes` in bytes, sizes in numbers. */
export function layOut(rows: number): { tables: { position: number; size: number }[]; bytes: number } {
  let bytes = 0
  const tables = channels.map((count) => {
    const table = { position: bytes, size: length * count }
    bytes += 4 * rows * table.size
    return table
  })
  return { tables, bytes }
}
