"""Figures of one tiny training step that every engine must reproduce before it is trusted.

    python3 self_test_reference.py > reference.json

Network: PreActResNet of width 4, blocks [1, 1, 1, 1] (stage widths 4, 8, 16, 32; strides 1, 2, 2, 2), 10 classes, on 6
images of 3 channels, 8x8. Step: order 2, last-layer terms, alpha 0.2, beta 6, 3 attack steps of 2/255, epsilon 8/255,
start noise 0.001, no weight noise, SGD lr 0.05, momentum 0.9 (its buffers start at 0), weight decay 5e-4.

Nothing is random. With all tensors in PyTorch layout (OIHW, [out, in], NCHW), flattened in C order, element i counted
from 0, in float64:

    wave(i, t) = sin(12.9898 * ((i + 1) * (i + 1)) + 78.233 * t)

t is the position, from 0, of the parameter in the list of parameter names sorted by code unit (bn.bias, bn.weight,
conv1.weight, layer1.0.bn1.bias, ...; P names in all), P for the images and P + 1 for the draw of the attack's start.

    conv and linear weights   sqrt(2 / fan_in) * wave     fan_in: in-channels x kernel height x kernel width, or inputs
    batch-norm weights        1 + 0.1 * wave
    all biases                0.1 * wave
    images                    0.5 + 0.5 * wave
    draw                      wave                        the attack starts at x + 0.001 * draw, not clamped
    labels                    image index mod 10
    running mean, variance    0, 1

Each value is computed in float64 and then rounded to float32. The square keeps the kernels from having low rank, which
a plain sine of i would give them.

The reference runs in float64 on those float32 values. The float32 run beside it takes its losses at the float64 run's
x_adv, rounded to float32: a gradient that is nearly zero may have the other sign in float32, which moves a pixel by
whole attack steps. `adversarialSteps` makes x_adv reproducible without float64: 3 characters a pixel in C order, the
sign of each attack step as +, - or 0. From the start image, each step adds sign * 2/255, then projects on the epsilon
ball around x and on [0, 1]. An engine should take its losses there, and judge its own attack by how many of its signs
agree and by the KL it reaches. `float32OwnAttack` does so for PyTorch's float32, where no sign flips; `smallestMargins`
has, for each attack step, the least gradient relative to its rounding error. The first step's is small because p(x') is
still close to p(x), so convolutions with 10 times the rounding error (Winograd) may flip a few of its signs. One flipped
sign moves the robust loss by up to 0.5 %, a parameter's gradient norm by up to 4 %, the attack's KL by 0.02 %.

`statisticsNorms` are those after the eight updates of the official code (natural, adversarial, adversarial, natural,
adversarial, natural, adversarial, natural), `statisticsNormsTwoUpdates` those after two (natural, adversarial).
Norms are l2. first and second are T1 and T2; total = 0.8 natural + 0.2 first + 0.1 second + 6 robust.
"""

from __future__ import annotations

import json
import math

import torch
from torch import Tensor, nn

from models import PreActResNet
from rat_step import Draws, Recipe, craft, divergence, make_optimizer, train_on

BATCH = 6
IMAGE_SHAPE = (3, 8, 8)
RECIPE = Recipe(attack_steps=3, weight_noise=0.0, learning_rate=0.05)


def wave(shape: tuple[int, ...], position: int) -> Tensor:
    """wave(i, t) of the file's docstring in float64."""
    count = math.prod(shape)
    values = [math.sin(12.9898 * ((i + 1) * (i + 1)) + 78.233 * position) for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def round_to_float32(values: Tensor) -> Tensor:
    """The float32 value nearest to each, held in float64."""
    return values.float().double()


def closed_form_model(dtype: torch.dtype) -> PreActResNet:
    """The network with its closed-form parameters; running mean 0 and variance 1 as built."""
    model = PreActResNet(4, [1, 1, 1, 1]).double()
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for position, name in enumerate(sorted(parameters)):
            parameter = parameters[name]
            values = wave(tuple(parameter.shape), position)
            if name.endswith("bias"):
                values = 0.1 * values
            elif parameter.ndim == 1:
                values = 1 + 0.1 * values
            else:
                values = math.sqrt(2 / math.prod(parameter.shape[1:])) * values
            parameter.copy_(round_to_float32(values))
    return model.to(dtype)


def closed_form_batch(parameter_count: int, dtype: torch.dtype) -> tuple[Tensor, Tensor, Draws]:
    """Images, labels and the draw of the attack's start; `parameter_count` is P of the file's docstring."""
    shape = (BATCH, *IMAGE_SHAPE)
    images = round_to_float32(0.5 + 0.5 * wave(shape, parameter_count)).to(dtype)
    draw = round_to_float32(wave(shape, parameter_count + 1)).to(dtype)
    return images, torch.arange(BATCH) % 10, Draws(draw)


def run_attack(dtype: torch.dtype) -> tuple[Tensor, float, list[Tensor]]:
    """x_adv, the KL(p(x) || p(x')) it reaches with batch norm in eval mode, and the input gradient of every step."""
    model = closed_form_model(dtype)
    images, _, draws = closed_form_batch(len(list(model.parameters())), dtype)
    gradients: list[Tensor] = []
    adversarial = craft(model, images, draws, RECIPE, "lean", gradients.append)
    model.eval()
    with torch.no_grad():
        reached = divergence(model(adversarial), model(images).softmax(dim=1))
    return adversarial, float(reached), gradients


def eval_divergence(adversarial: Tensor, dtype: torch.dtype) -> float:
    """KL(p(x) || p(x')) with batch norm in eval mode on the untrained closed-form network."""
    model = closed_form_model(dtype).eval()
    images, _, _ = closed_form_batch(len(list(model.parameters())), dtype)
    with torch.no_grad():
        return float(divergence(model(adversarial.to(dtype)), model(images).softmax(dim=1)))


def statistics_norms(model: nn.Module) -> dict[str, float]:
    """l2 norm of every running mean and variance."""
    return {name: float(values.norm()) for name, values in model.named_buffers() if "running" in name}


def statistics_norms_after_two_updates(adversarial: Tensor, dtype: torch.dtype) -> dict[str, float]:
    """The norms after one natural and one adversarial train-mode forward."""
    model = closed_form_model(dtype).train()
    images, _, _ = closed_form_batch(len(list(model.parameters())), dtype)
    with torch.no_grad():
        model(images)
        model(adversarial.to(dtype))
    return statistics_norms(model)


def figures(adversarial: Tensor, dtype: torch.dtype) -> dict[str, object]:
    """All figures of the step at the given x_adv, computed in one precision."""
    model = closed_form_model(dtype)
    images, labels, _ = closed_form_batch(len(list(model.parameters())), dtype)
    optimizer = make_optimizer(model, RECIPE)
    record = train_on(model, optimizer, images, adversarial.to(dtype), labels, RECIPE, "official")
    losses = record.losses
    gradient_norms = {name: float(gradient.norm()) for name, gradient in record.gradients.items()}
    return {
        "attackKl": eval_divergence(adversarial, dtype),
        "losses": {
            "natural": float(losses.natural),
            "robust": float(losses.robust),
            "first": 0.5 * float(losses.first_on_adversarial + losses.first_on_natural),
            "second": 0.5 * float(losses.second_on_adversarial + losses.second_on_natural),
            "total": float(losses.total),
        },
        "totalGradientNorm": math.hypot(*gradient_norms.values()),
        "gradientNorms": gradient_norms,
        "parameterNormsAfter": {name: float(values.detach().norm()) for name, values in model.named_parameters()},
        "statisticsNorms": statistics_norms(model),
        "statisticsNormsTwoUpdates": statistics_norms_after_two_updates(adversarial, dtype),
    }


def relative_differences(actual: object, expected: object) -> object:
    """|actual / expected - 1| of every number of two nested objects of the same keys."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        return {key: relative_differences(actual[key], expected[key]) for key in expected}
    assert isinstance(actual, float) and isinstance(expected, float)
    return abs(actual - expected) / max(abs(expected), 1e-300)


def largest(differences: object) -> float:
    """The largest number of a nested object."""
    if isinstance(differences, dict):
        return max(largest(value) for value in differences.values())
    assert isinstance(differences, float)
    return differences


def with_digits(value: object, digits: int) -> object:
    """The nested object with every number at that many significant digits."""
    if isinstance(value, dict):
        return {key: with_digits(entry, digits) for key, entry in value.items()}
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value


def sign_characters(gradients: list[Tensor]) -> str:
    """The sign of every attack step, pixel by pixel: +, - or 0."""
    symbols = {1: "+", -1: "-", 0: "0"}
    signs = torch.stack([gradient.sign().flatten() for gradient in gradients], dim=1)
    return "".join(symbols[int(sign)] for sign in signs.flatten().tolist())


def smallest_margins(single: list[Tensor], reference: list[Tensor]) -> list[float]:
    """For each attack step the least |gradient| / |its rounding error in float32|, over all pixels."""
    margins = []
    for rounded, exact in zip(single, reference):
        error = (rounded.double() - exact).abs()
        margins.append(float((exact.abs() / error.clamp_min(1e-300)).min()))
    return margins


def main() -> None:
    """Prints the reference as one JSON object."""
    adversarial, _, gradients = run_attack(torch.float64)
    own_adversarial, own_reached, own_gradients = run_attack(torch.float32)
    reference = figures(adversarial, torch.float64)
    single = figures(adversarial, torch.float32)
    own = figures(own_adversarial, torch.float32)
    differences = relative_differences(single, reference)
    drift = relative_differences(own, reference)
    assert isinstance(drift, dict)
    flipped = sum(int((a.sign() != b.sign()).sum()) for a, b in zip(own_gradients, gradients))
    moved = int(((own_adversarial - adversarial).abs() > 1e-4).sum())
    result = {
        "float64": with_digits(reference, 10),
        "float32": with_digits(single, 10),
        "relativeDifference": with_digits(differences, 3),
        "largestRelativeDifference": with_digits(largest(differences), 3),
        "float32OwnAttack": {
            "signs": sum(gradient.numel() for gradient in gradients),
            "signsFlipped": flipped,
            "smallestMargins": [float(f"{margin:.3g}") for margin in smallest_margins(own_gradients, gradients)],
            "zeroGradients": sum(int((gradient == 0).sum()) for gradient in gradients),
            "pixelsMoved": moved,
            "attackKl": with_digits(own_reached, 10),
            "largestRelativeDifference": with_digits(
                {key: largest(value) for key, value in drift.items()}, 3
            ),
        },
        "adversarialSteps": sign_characters(gradients),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
