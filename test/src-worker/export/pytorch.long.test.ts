import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pytorchFiles } from '#worker/export/exporters/pytorch.ts'
import { decodeSafetensors } from '#worker/run-directory/safetensors.ts'
import { predictedLabels } from '#worker/training/outcome.ts'
import { fixtureName, madeUpModel, recipes } from '../../fixtures/open-models.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const python = '/usr/bin/python3'
const torch = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' })
if (torch.status !== 0)
  console.warn(`The PyTorch modules are not run: ${python} has no torch (Debian: python3-torch)`)

const root = folderForAll()

/** Trains a step, and finds the stored steps of the dictionaries again. */
const trains = `
import torch
from model import CLASSES, load, load_safetensors

model = load()
golden = load_safetensors("golden.safetensors")
golden.pop("logits")
for name, module in model.named_modules():
    if hasattr(module, "refresh_step"):
        stored = module.step.item()
        module.refresh_step()
        assert abs(module.step.item() / stored - 1) < 0.01, (name, stored, module.step.item())
model.train()
labels = torch.arange(12) % len(CLASSES)
optimizer = torch.optim.Adam(model.parameters(), 1e-2)
losses = []
for _ in range(20):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(golden), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert min(losses[10:]) < losses[0], losses
assert all(parameter.grad is not None for parameter in model.parameters())
`

/** UPDATE_FIXTURES=1 writes the modules that were found right into test/fixtures/pytorch. */
describe.skipIf(torch.status !== 0).each(Object.entries(recipes))('in PyTorch, %s', (name, recipe) => {
  it('the module computes what the engine computes, and can be trained on', async () => {
    const { model, config } = madeUpModel(recipe)
    const folder = mkdtempSync(join(root, 'module-'))
    const { files } = await pytorchFiles(model, config, 'made-up')
    for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content)
    const example = spawnSync(python, ['example.py'], { cwd: folder, encoding: 'utf8' })
    expect(example.stderr).toBe('')
    const difference = /largest difference of a logit (\S+)/.exec(example.stdout)![1]
    console.log(`${name}: ${difference} (torch ${torch.stdout.trim()})`)
    expect(Number(difference)).toBeLessThan(1e-5)
    writeFileSync(join(folder, 'trains.py'), trains)
    expect(spawnSync(python, ['trains.py'], { cwd: folder, encoding: 'utf8' }).stderr).toBe('')
    if (process.env['UPDATE_FIXTURES'] === '1') {
      const path = `../../fixtures/pytorch/${fixtureName(name)}.py`
      writeFileSync(fileURLToPath(new URL(path, import.meta.url)), files['model.py'])
    }
  })
})

it.skipIf(torch.status !== 0)(
  'in PyTorch, a module of several labels a sample names each that reaches the threshold',
  async () => {
    const { model, config } = madeUpModel(recipes['normal'])
    const folder = mkdtempSync(join(root, 'module-'))
    const { files } = await pytorchFiles({ ...model, task: 'multi-label' }, config, 'made-up')
    for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content)
    const { stdout, stderr } = spawnSync(python, ['example.py'], { cwd: folder, encoding: 'utf8' })
    expect(stderr).toBe('')
    const { tensors } = decodeSafetensors(files['golden.safetensors'] as Uint8Array, 'golden')
    const classes = model.classes.length
    const answers = predictedLabels({
      task: 'multi-label',
      logits: tensors['logits'].data as Float32Array,
      classes,
    })
    const [first, ...told] = stdout.trim().split('\n')
    expect(first).toContain('12 golden samples')
    expect(told.map((line) => line.replaceAll(/ \d+ %/g, ''))).toEqual(
      answers.slice(0, 4).map((own) => own.map((label) => model.classes[label]).join(', ') || 'no class'),
    )
  },
)
