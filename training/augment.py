"""Light, colour, blur, noise and compression for a whole batch on its device; pictures are floats in 0...255."""

import torch
import torch.nn.functional as F

QUANTISATION = torch.tensor([
    [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99]], dtype=torch.float32)


def chosen(batch, chance, device):
    return torch.nonzero(torch.rand(batch, device=device) < chance)[:, 0]


def spread(count, low, high, device, dims=3):
    return (low + (high - low) * torch.rand(count, device=device)).view(-1, *[1] * dims)


def light(x):
    """Gamma, contrast, brightness, a colour cast and saturation."""
    b, device = len(x), x.device
    gamma = torch.exp(spread(b, -0.5, 0.5, device))
    x = (x / 255).clamp(1e-3, 1) ** gamma
    x = (x - 0.5) * spread(b, 0.6, 1.4, device) + 0.5 + spread(b, -0.15, 0.15, device)
    x = x * (1 + (torch.rand(b, 3, 1, 1, device=device) - 0.5) * 0.24)
    grey = x.mean(1, keepdim=True)
    colour = spread(b, 0, 1.5, device) * (torch.rand(b, 1, 1, 1, device=device) > 0.15)
    return (grey + (x - grey) * colour).clamp(0, 1) * 255


def dark(x):
    """Little light: less of it, and noise."""
    pick = chosen(len(x), 0.12, x.device)
    part = (x[pick] / 255).clamp(0, 1) ** spread(len(pick), 1.2, 2.2, x.device) * spread(len(pick), 0.35, 0.9, x.device)
    x[pick] = (part * 255).to(x.dtype)
    pick = chosen(len(x), 0.3, x.device)
    x[pick] += torch.randn_like(x[pick]) * spread(len(pick), 1, 12, x.device).to(x.dtype)
    return x


def blur(x):
    """Each picked sample under its own Gaussian or motion kernel."""
    pick = chosen(len(x), 0.3, x.device)
    n = len(pick)
    if n == 0:
        return x
    axis = torch.arange(-5, 6, device=x.device).float()
    dx, dy = torch.meshgrid(axis, axis, indexing="xy")
    sigma, angle = spread(n, 0.4, 2.0, x.device, 2), spread(n, 0, 3.1416, x.device, 2)
    along, across = dx * angle.cos() + dy * angle.sin(), dy * angle.cos() - dx * angle.sin()
    longer = torch.where(torch.rand(n, 1, 1, device=x.device) < 0.5, sigma, sigma * 2)
    shorter = torch.where(longer > sigma, torch.full_like(sigma, 0.4), sigma)
    kernel = torch.exp(-(along / longer) ** 2 / 2 - (across / shorter) ** 2 / 2)
    kernel = kernel / kernel.sum((1, 2), keepdim=True)
    part = x[pick].reshape(1, n * 3, *x.shape[2:])
    kernel = kernel[:, None].expand(n, 3, 11, 11).reshape(n * 3, 1, 11, 11).to(x.dtype)
    x[pick] = F.conv2d(part, kernel, padding=5, groups=n * 3).view(n, 3, *x.shape[2:])
    return x


def coarse(x):
    """Down and up again, a few factors a batch."""
    for factor in (0.35, 0.5, 0.7):
        pick = chosen(len(x), 0.07, x.device)
        if len(pick):
            small = F.interpolate(x[pick], scale_factor=factor, mode="bilinear", antialias=True)
            x[pick] = F.interpolate(small, size=x.shape[2:], mode="bilinear")
    return x


def cosine_basis(device):
    n = torch.arange(8, device=device).float()
    basis = torch.cos((2 * n[None] + 1) * n[:, None] * torch.pi / 16) / 2
    basis[0] /= 2 ** 0.5
    return basis


def compress(x):
    """JPEG's quantisation of 8x8 blocks; colour differences are quantised at half strength more."""
    pick = chosen(len(x), 0.3, x.device)
    height, width = x.shape[2] // 8 * 8, x.shape[3] // 8 * 8
    if len(pick) == 0 or min(height, width) < 8:
        return x
    part = x[pick, :, :height, :width].float()
    basis = cosine_basis(x.device)
    blocks = part.view(-1, 3, height // 8, 8, width // 8, 8)
    mean = blocks.mean(1, keepdim=True)
    parts = torch.cat([mean, blocks - mean], 1)
    freq = torch.einsum("ui,ncaibj,vj->ncaubv", basis, parts, basis)
    step = QUANTISATION.to(x.device)[:, None, :] * torch.exp(spread(len(pick), -1.2, 1.3, x.device, 5))
    freq = (freq / step).round() * step
    back = torch.einsum("ui,ncaubv,vj->ncaibj", basis, freq, basis)
    x[pick, :, :height, :width] = (back[:, 1:] + back[:, :1]).reshape(part.shape).to(x.dtype)
    return x


def smear(x):
    """Streaming cracks: bands of macroblocks shifted sideways, as after a lost packet."""
    pick = chosen(len(x), 0.08, x.device)
    for i in pick.tolist():
        top = int(torch.randint(0, max(1, x.shape[2] // 16 - 2), ()).item()) * 16
        high = 16 * int(torch.randint(1, 5, ()).item())
        x[i, :, top:top + high] = x[i, :, top:top + high].roll(int(torch.randint(-24, 25, ()).item()), -1)
    return x


def augment(x):
    """The whole chain; a fifth keeps its light; the result is again in 0...255."""
    kept = chosen(len(x), 0.2, x.device)
    plain = x[kept].clone()
    x = light(x)
    x[kept] = plain
    for step in (coarse, blur, dark, smear, compress):
        x = step(x)
    return x.clamp(0, 255)
