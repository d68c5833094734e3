/** The part of `example.mjs` that has the files beside the model read raw values. */
export const readInNode = String.raw`const sessions = {}
for (const [name, { file }] of Object.entries(backbones)) sessions[name] = await ort.InferenceSession.create(here(file))

/** What the model takes of one sample's raw values: the features of the file beside it, where one reads this input. */
async function read(name, values, shape) {
  const how = backbones[name]
  if (!how) return new ort.Tensor('float32', values, [1, ...shape])
  const count = how.batch ?? 1
  const rows = new Float32Array(count * values.length)
  if (how.layout === 'vector') rows.set(values)
  else {
    const { range, mean, deviation } = how.scaling
    const positions = values.length / 3
    values.forEach((value, at) => {
      const [position, c] = [Math.floor(at / 3), at % 3]
      const to = how.layout === 'channels first' ? c * positions + position : at
      rows[to] = ((value / 255) * range - mean[c]) / deviation[c]
    })
  }
  const axes = how.layout === 'channels first' ? [shape[2], shape[0], shape[1]] : shape
  const outputs = await sessions[name].run({ [how.input]: new ort.Tensor('float32', rows, [count, ...axes]) })
  const features = how.taps.flatMap((tap) => pool(outputs[tap.name], tap.layout, how.length))
  return new ort.Tensor('float32', Float32Array.from(features), [1, features.length])
}

/** The first sample of a tap as [length, channels]: maps by their largest values in a grid, sequences along their positions, vectors repeated. */
function pool({ data, dims }, layout, length) {
  const [, ...axes] = dims
  if (layout === 'vector') return Array.from({ length }, () => [...data.subarray(0, axes[0])]).flat()
  const channels = layout === 'channels first' ? axes[0] : axes.at(-1)
  const [height, width] = layout === 'channels first' ? axes.slice(1) : layout === 'sequence' ? [axes[0], 1] : axes
  const [rows, columns] = layout === 'sequence' ? [length, 1] : [Math.sqrt(length), Math.sqrt(length)]
  const at = (y, x, c) => data[layout === 'channels first' ? (c * height + y) * width + x : (y * width + x) * channels + c]
  const cut = (size, count, i) => [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)]
  const pooled = []
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let c = 0; c < channels; c++) {
        const [[top, bottom], [left, right]] = [cut(height, rows, i), cut(width, columns, j)]
        let largest = -Infinity
        for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) largest = Math.max(largest, at(y, x, c))
        pooled.push(largest)
      }
  return pooled
}

`
