import { readInNode } from './read-in-node.ts'

/**
 * The content of `example.mjs` beside an exported ONNX model; it follows `preprocessing.json`, whatever is in it.
 * @param chained Whether files beside the model read modalities first.
 */
export const onnxNodeExample = (
  chained: boolean,
): string => String.raw`// From raw values to classes with model.onnx. Needs: npm install onnxruntime-node sharp
//
//   node example.mjs                               checks the model, then classifies the samples of this folder
//   node example.mjs image=cat.png text="a cat"    classifies your own: a picture, a text, or numbers "0.1 2 -3"
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as ort from 'onnxruntime-node'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const json = (name) => JSON.parse(readFileSync(here(name), 'utf8'))
const { inputs, classes, threshold${chained ? ', backbones' : ''} } = json('preprocessing.json')
const session = await ort.InferenceSession.create(here('model.onnx'))

const preprocess = { image: preprocessImage, text: preprocessText, vector: preprocessVector }

/** Upright, sRGB, the whole picture centred on a white square; then (pixel / 255 - mean) / deviation. */
async function preprocessImage(path, { width, height, scale, mean, deviation, scaledTo }) {
  const { default: sharp } = await import('sharp')
  let picture = sharp(path)
    .autoOrient()
    .toColourspace('srgb')
    .flatten({ background: 'white' })
    .resize(width, height, { fit: 'contain', background: 'white' })
    .removeAlpha()
  if (scaledTo) {
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    picture = sharp(data, { raw: { width, height, channels } }).resize(scaledTo.width, scaledTo.height, { fit: 'fill' })
  }
  const pixels = await picture.raw().toBuffer()
  return Float32Array.from(pixels, (value, i) => (value / scale - mean[i % 3]) / deviation[i % 3])
}

function preprocessVector(given, { mean, deviation }) {
  const values = typeof given === 'string' ? given.trim().split(/[\s,]+/).map(Number) : given
  return Float32Array.from(values, (value, i) => (value - mean[i]) / deviation[i])
}

function preprocessText(text, { words, characters }) {
  const tokens = text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  const pairs = tokens.slice(1).map((token, at) => tokens[at] + ' ' + token)
  const runs = tokens.flatMap((token) => {
    const points = [' ', ...token, ' ']
    return [2, 3, 4, 5].flatMap((n) => points.map((_, at) => points.slice(at, at + n)).filter((run) => run.length === n))
  })
  return Float32Array.from([
    ...block([...tokens, ...pairs], words),
    ...block(runs.map((run) => run.join('')), characters),
  ])
}

function block(found, { terms, weights, share }) {
  const position = new Map(terms.map((term, at) => [term, at]))
  const values = new Float64Array(terms.length)
  for (const term of found) if (position.has(term)) values[position.get(term)] += weights[position.get(term)]
  const length = Math.hypot(...values)
  return length > 0 ? values.map((value) => (value / length) * share) : values
}

${chained ? readInNode : ''}/** Logits and scores of one sample {modality: raw value}. */
async function classify(sample) {
  const feeds = {}
  for (const [name, how] of Object.entries(inputs)) {
    const data = await preprocess[how.type](sample[name], how)
    const { width, height } = how.scaledTo ?? how
    const shape = how.type === 'image' ? [height, width, 3] : [data.length]
    feeds[name] = ${chained ? 'await read(name, data, shape)' : "new ort.Tensor('float32', data, [1, ...shape])"}
  }
  const { logits, scores } = await session.run(feeds)
  return { logits: logits.data, scores: scores.data }
}

function readSafetensors(path) {
  const bytes = readFileSync(path)
  const start = 8 + Number(bytes.readBigUInt64LE())
  const { __metadata__, ...header } = JSON.parse(bytes.subarray(8, start).toString())
  return Object.entries(header).map(([name, { shape, data_offsets: [begin, end] }]) => {
    const data = new Float32Array(new Uint8Array(bytes.subarray(start + begin, start + end)).buffer)
    return [name, new ort.Tensor('float32', data, shape)]
  })
}

function compare(name, logits, expected) {
  const difference = Math.max(...expected.map((value, i) => Math.abs(value - logits[i])))
  console.log(name + ': ' + expected.length / classes.length + ' samples, largest difference ' + difference.toExponential(1))
  if (!(difference <= 1e-3)) throw new Error(name + ": the logits are not those of Shapwright's engine")
}

/** The best class; with a threshold, every class whose score reaches it. */
function tell(name, scores) {
  if (threshold !== undefined) {
    const answered = [...scores].flatMap((score, at) =>
      score >= threshold ? [classes[at] + ' ' + Math.round(100 * score) + ' %'] : [],
    )
    console.log(name + ': ' + (answered.join(', ') || 'no class'))
    return
  }
  const best = scores.indexOf(Math.max(...scores))
  console.log(name + ': ' + classes[best] + ', ' + Math.round(100 * scores[best]) + ' %')
}

async function check() {
  const { logits: expected, scores: _scores, ...golden } = Object.fromEntries(readSafetensors(here('golden.safetensors')))
  compare('golden inputs', (await session.run(golden)).logits.data, expected.data)
  if (!existsSync(here('samples/samples.json'))) return
  const samples = json('samples/samples.json')
  const answers = []
  for (const sample of samples) {
    for (const [name, how] of Object.entries(inputs))
      if (how.type === 'image') sample[name] = here('samples/' + sample[name])
    answers.push(await classify(sample))
  }
  compare('raw samples', answers.flatMap(({ logits }) => [...logits]), expected.data)
  samples.forEach(({ id, label, labels = [label] }, i) => tell(id + ' (' + labels.join(', ') + ')', answers[i].scores))
}

const given = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split(/=(.*)/s).slice(0, 2)))
if (Object.keys(given).length > 0) tell('your sample', (await classify(given)).scores)
else await check()
`
