import type { OperationName } from '#contract/genotype.ts'
import { operations } from '../../space/operations/index.ts'
import { className } from './names.ts'

/** An operation in PyTorch: what it declares, and what it computes of x and y. */
interface Source {
  init: readonly string[]
  forward: readonly string[]
}

const drop = (value: string) => `return F.dropout(${value}, DROPOUT, self.training)`

const concat: Source = {
  init: ['self.w, self.b = weight(2 * C, C), bias(2 * C, C)', 'self.norm = NORM(C)'],
  forward: ['both = torch.cat([x, y], -1)', drop('torch.relu(self.norm(both @ self.w + self.b))')],
}

/** `NORM` stands for the norm of the space's operations. */
const sources: Record<OperationName, Source> = {
  sum: { init: [], forward: ['return x + y'] },
  glu: {
    init: [
      'self.w1, self.b1, self.norm1 = weight(C, C), bias(C, C), NORM(C)',
      'self.w2, self.b2, self.norm2 = weight(C, C), bias(C, C), NORM(C)',
    ],
    forward: [
      'value = self.norm1(x @ self.w1 + self.b1)',
      'gate = self.norm2(y @ self.w2 + self.b2)',
      drop('value * torch.sigmoid(gate)'),
    ],
  },
  concat,
  concat_fc: concat,
  se_layer: {
    init: [
      'self.w1, self.b1 = weight(2 * C, H), bias(2 * C, H)',
      'self.w2, self.b2 = weight(H, C), bias(H, C)',
      'self.w, self.norm = weight(2 * C, C), NORM(C)',
      'self.b = nn.Parameter(torch.zeros(C))',
    ],
    forward: [
      'both = torch.cat([x, y], -1)',
      'squeezed = torch.relu(both.mean(1, keepdim=True) @ self.w1 + self.b1)',
      'gate = torch.sigmoid(squeezed @ self.w2 + self.b2)',
      drop('self.norm(both @ self.w) * gate + self.b'),
    ],
  },
  sparse_attention: {
    init: [
      'self.aq, self.ak, self.av = SparseCode(C, C, 1, 1), SparseCode(C, C, 1, 1), SparseCode(C, C, 1, 1)',
      'self.layernorm = nn.LayerNorm((L, C))',
    ],
    forward: [
      'attended = attend(self.aq(x), self.ak(y), self.av(y))',
      'return self.layernorm(F.dropout(attended, DROPOUT, self.training))',
    ],
  },
  sparse_glu: {
    init: [
      'self.a1, self.b1, self.norm1 = SparseCode(C, C, K, L), nn.Parameter(torch.zeros(C)), NORM(C)',
      'self.a2, self.b2, self.norm2 = SparseCode(C, C, K, L), nn.Parameter(torch.zeros(C)), NORM(C)',
    ],
    forward: [
      'value = self.norm1(self.a1(x) + self.b1)',
      'gate = self.norm2(self.a2(y) + self.b2)',
      drop('value * torch.sigmoid(gate)'),
    ],
  },
  sparse_concat: {
    init: ['self.a, self.b, self.norm = SparseCode(2 * C, C, K, L), nn.Parameter(torch.zeros(C)), NORM(C)'],
    forward: ['both = torch.cat([x, y], -1)', drop('torch.relu(self.norm(self.a(both) + self.b))')],
  },
  sparse_se_layer: {
    init: [
      'self.a1, self.b1 = SparseCode(2 * C, H, 1, 1), nn.Parameter(torch.zeros(H))',
      'self.a2, self.b2 = SparseCode(H, C, 1, 1), nn.Parameter(torch.zeros(C))',
      'self.a, self.norm = SparseCode(2 * C, C, K, L), NORM(C)',
      'self.b = nn.Parameter(torch.zeros(C))',
    ],
    forward: [
      'both = torch.cat([x, y], -1)',
      'squeezed = torch.relu(self.a1(both.mean(1, keepdim=True)) + self.b1)',
      'gate = torch.sigmoid(self.a2(squeezed) + self.b2)',
      drop('self.norm(self.a(both)) * gate + self.b'),
    ],
  },
  scale_dot_attention: {
    init: ['self.layernorm = nn.LayerNorm((L, C))'],
    forward: [
      'attended = attend(x, y, y)',
      'return self.layernorm(F.dropout(attended, min(0.1, DROPOUT), self.training))',
    ],
  },
  linear_glu: {
    init: ['self.w, self.b, self.norm = weight(2 * C, 2 * C), bias(2 * C, 2 * C), NORM(2 * C)'],
    forward: [
      'value, gate = self.norm(torch.cat([x, y], -1) @ self.w + self.b).chunk(2, -1)',
      drop('value * torch.sigmoid(gate)'),
    ],
  },
}

/** The class of an operation, as lines of Python. */
export function operationClass(name: OperationName, norm: 'batch' | 'none'): string[] {
  const { init, forward } = sources[name]
  const { formula, source } = operations[name]
  const written = (line: string) =>
    norm === 'batch'
      ? line.replaceAll('NORM(', 'BatchNorm(')
      : line.replaceAll(/NORM\([^)]*\)/g, 'nn.Identity()')
  const initialiser = ['', '    def __init__(self):', '        super().__init__()']
  return [
    `class ${className(name)}(nn.Module):`,
    `    """${formula} (${source})"""`,
    ...(init.length > 0 ? [...initialiser, ...init.map((line) => `        ${written(line)}`)] : []),
    '',
    '    def forward(self, x, y):',
    ...forward.map((line) => `        ${line}`),
  ]
}

export const isAttention = (name: OperationName): boolean => name.endsWith('attention')
/** Operations whose gate is squeezed to H channels. */
export const isSqueezing = (name: OperationName): boolean => name.endsWith('se_layer')
