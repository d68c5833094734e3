/** Layers of generated modules, in Python; each is written only where the architecture needs it. */

export const weightAndBias = `def weight(inputs, outputs):
    """[inputs, outputs], for x @ weight, started as PyTorch starts a linear layer."""
    return nn.Parameter(torch.empty(inputs, outputs).uniform_(-1, 1) / math.sqrt(inputs))


def bias(inputs, outputs):
    return nn.Parameter(torch.empty(outputs).uniform_(-1, 1) / math.sqrt(inputs))`

export const batchNorm = `class BatchNorm(nn.BatchNorm1d):
    """Batch norm over the last axis."""

    def forward(self, x):
        return super().forward(x.reshape(-1, x.shape[-1])).reshape(x.shape)`

export const project = `class Project(nn.Module):
    """1×1 convolution, batch norm, ReLU, dropout: [batch, L, inputs] → [batch, L, C]."""

    def __init__(self, inputs):
        super().__init__()
        self.w, self.b, self.norm = weight(inputs, C), bias(inputs, C), BatchNorm(C)

    def forward(self, x):
        return F.dropout(torch.relu(self.norm(x @ self.w + self.b)), DROPOUT, self.training)`

export const attend = `def attend(q, k, v):
    """softmax(q·kᵀ / √C)·v over the positions of the keys."""
    return torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]), -1) @ v`

export const sparseCode = (nonNegative: boolean): string => `class SparseCode(nn.Module):
    """The code z [batch, length, outputs] of u [batch, length, inputs]: FISTA from zero towards the minimum of
    ½‖u − Az‖² + λ₁‖z‖₁ + λ₂‖z‖₂² (SM-ShapNAS, Eqs. 1 and 2), A the dictionary v with atoms of unit norm.
    step is τ ≤ 1/‖A‖²: call refresh_step() now and then while v is trained."""

    def __init__(self, inputs, outputs, taps, length):
        super().__init__()
        self.v = nn.Parameter(torch.randn(inputs, outputs, taps) / math.sqrt(inputs * taps))
        self.register_buffer("step", torch.tensor(1.0))
        self.length = length
        self.refresh_step()

    def atoms(self):
        return self.v / self.v.square().sum((0, 2), keepdim=True).sqrt().clamp_min(1e-12)

    @torch.no_grad()
    def refresh_step(self):
        """0.9 / ‖A‖², by the largest ‖Â(f)‖² over the frequencies of the Fourier transform."""
        spectrum = torch.fft.fft(self.atoms().double(), n=self.length + self.v.shape[2] - 1, dim=2)
        self.step.fill_(0.9 / torch.linalg.svdvals(spectrum.permute(2, 0, 1)).max().item() ** 2)

    def shrink(self, v):
        ${
          nonNegative
            ? 'small = torch.relu(v - self.step * LAMBDA1)'
            : 'small = torch.sign(v) * torch.relu(v.abs() - self.step * LAMBDA1)'
        }
        return small / (1 + 2 * self.step * LAMBDA2)

    def forward(self, u):
        atoms, padding = self.atoms(), self.v.shape[2] // 2
        u = u.transpose(1, 2)
        drive = self.step * F.conv_transpose1d(u, atoms, padding=padding)
        z = y = self.shrink(drive)
        t = (1 + math.sqrt(5)) / 2
        for _ in range(1, ITERATIONS):
            image = F.conv_transpose1d(F.conv1d(y, atoms, padding=padding), atoms, padding=padding)
            before, z = z, self.shrink(y + drive - self.step * image)
            following = (1 + math.sqrt(1 + 4 * t * t)) / 2
            y = z + (t - 1) / following * (z - before)
            t = following
        return z.transpose(1, 2)`

export const cnn = `class Convolution(nn.Module):
    """3×3 convolution (w: [9 · inputs, outputs], row (ky · 3 + kx) · inputs + channel), batch norm, max pool, ReLU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.w, self.norm = weight(9 * inputs, outputs), nn.BatchNorm2d(outputs)

    def forward(self, x):
        kernel = self.w.reshape(3, 3, x.shape[1], -1).permute(3, 2, 0, 1)
        y = self.norm(F.conv2d(x, kernel, padding=1))
        return torch.relu(F.max_pool2d(y, 2) if min(y.shape[2:]) >= 2 else y)


class Cnn(nn.Module):
    """Images [batch, height, width, 3] → the output of every stage [batch, channels, height, width]."""

    def __init__(self, *channels):
        super().__init__()
        for i, (inputs, outputs) in enumerate(zip(channels, channels[1:])):
            self.add_module(f"conv{i}", Convolution(inputs, outputs))

    def forward(self, images):
        x, taps = images.permute(0, 3, 1, 2), []
        for stage in self.children():
            x = stage(x)
            taps.append(x)
        return taps`

export const maxout = `class MaxoutLayer(nn.Module):
    """The largest of \`pieces\` linear maps for every unit; column unit · pieces + piece of w."""

    def __init__(self, inputs, units, pieces):
        super().__init__()
        self.w, self.b = weight(inputs, units * pieces), bias(inputs, units * pieces)
        self.pieces = pieces

    def forward(self, x):
        return (x @ self.w + self.b).unflatten(-1, (-1, self.pieces)).amax(-1)


class Maxout(nn.Module):
    """Vectors [batch, inputs] → the output of every layer [batch, units]."""

    def __init__(self, *sizes, pieces):
        super().__init__()
        for i, (inputs, units) in enumerate(zip(sizes, sizes[1:])):
            self.add_module(f"maxout{i}", MaxoutLayer(inputs, units, pieces))

    def forward(self, x):
        taps = []
        for layer in self.children():
            x = layer(x)
            taps.append(x)
        return taps`

export const frozen = `class Frozen(nn.Module):
    """Features of an ONNX file that this module does not hold, tap after tap [batch, numbers] → each [batch, L, channels]."""

    def __init__(self, *channels):
        super().__init__()
        self.sizes = [L * count for count in channels]

    def forward(self, x):
        return [part.unflatten(1, (L, -1)) for part in x.split(self.sizes, 1)]`

/** @param pooled Whether taps come that are pooled already. */
export const sequence = (pooled: boolean): string => `def sequence(tap):
    """A tap as [batch, L, channels]: an image by adaptive max pool to a square grid, a vector repeated."""
${pooled ? '    if tap.dim() == 3:\n        return tap\n' : ''}    if tap.dim() == 2:
        return tap[:, None].expand(-1, L, -1)
    return F.adaptive_max_pool2d(tap, math.isqrt(L)).flatten(2).transpose(1, 2)`

export const loading = `def load_safetensors(path):
    """Tensors by name (https://github.com/huggingface/safetensors), float32 only."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = torch.frombuffer(bytearray(data[start + begin : start + end]), dtype=torch.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def load(folder=Path(__file__).resolve().parent):
    """The trained classifier, ready to evaluate."""
    model = Classifier()
    model.load_state_dict(load_safetensors(Path(folder) / "weights.safetensors"))
    return model.eval()`
