"""Measures the same loss landscape in PyTorch as a result of `landscape`, in float64, and prints how well they agree.

    python3 test/bench/landscape/pytorch.py OUT.safetensors

OUT.safetensors is what export.ts wrote: the images, the adversarial images and their random starts, the directions and the
probes, so that both programs look at the same points. Second derivatives are taken twice: by differentiating twice, which the
trainer cannot, and by the trainer's central differences of gradients.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Callable

import torch
import torch.nn.functional as functional
from torch import Tensor

sys.path.append(str(Path(__file__).resolve().parent.parent / "pytorch"))
from golden_file import read_safetensors  # noqa: E402
from models import SmallCnn  # noqa: E402

Vector = dict[str, Tensor]

#: The trainer's difference step, relative to the length of the weights.
RELATIVE_STEP = 2.0**-8


class Landscape:
    """The losses of one network as functions of its weights."""

    def __init__(self, tensors: dict[str, Tensor], setting: dict) -> None:
        self.model = SmallCnn().double().eval()
        self.weights = {name: self.of(tensors, f"weights.{name}") for name, _ in self.model.named_parameters()}
        self.labels = tensors["labels"].long()
        self.images = tensors["images"].double()
        self.adversarial = tensors["adversarial"].double()
        self.starts = tensors["starts"].double()
        self.attack = setting["attack"]

    @staticmethod
    def of(tensors: dict[str, Tensor], name: str) -> Tensor:
        return tensors[name].double()

    def vector(self, tensors: dict[str, Tensor], prefix: str) -> Vector:
        return {name: self.of(tensors, f"{prefix}.{name}") for name in self.weights if f"{prefix}.{name}" in tensors}

    def use(self, weights: Vector) -> None:
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                parameter.copy_(weights[name])

    def moved(self, *offsets: tuple[float, Vector]) -> Vector:
        moved = dict(self.weights)
        for factor, direction in offsets:
            for name, step in direction.items():
                moved[name] = moved[name] + factor * step
        return moved

    def examples(self, loss: str) -> Tensor:
        """Images of a loss at the weights in use."""
        if loss == "clean":
            return self.images
        return self.adversarial if loss == "fixed" else self.pgd()

    def pgd(self) -> Tensor:
        epsilon, step = self.attack["epsilon"], self.attack["stepSize"]
        x = self.starts
        for _ in range(self.attack["steps"]):
            x = x.detach().requires_grad_(True)
            loss = functional.cross_entropy(self.model(x), self.labels, reduction="sum")
            (gradient,) = torch.autograd.grad(loss, x)
            x = x.detach() + step * gradient.sign()
            x = torch.maximum(torch.minimum(x, self.images + epsilon), self.images - epsilon).clamp(0, 1)
        return x.detach()

    def at(self, loss: str, weights: Vector) -> float:
        self.use(weights)
        examples = self.examples(loss)
        with torch.no_grad():
            return functional.cross_entropy(self.model(examples), self.labels).item()

    def gradient_at(self, loss: str, weights: Vector) -> Vector:
        self.use(weights)
        value = functional.cross_entropy(self.model(self.examples(loss)), self.labels)
        gradients = torch.autograd.grad(value, list(self.model.parameters()))
        return dict(zip(self.weights, gradients))

    def product(self, loss: str, vector: Vector) -> Vector:
        """Hessian times vector, by differentiating twice."""
        self.use(self.weights)
        parameters = list(self.model.parameters())
        value = functional.cross_entropy(self.model(self.examples(loss)), self.labels)
        gradients = torch.autograd.grad(value, parameters, create_graph=True)
        slope = sum((g * vector[name]).sum() for name, g in zip(self.weights, gradients))
        return dict(zip(self.weights, torch.autograd.grad(slope, parameters)))

    def differences(self, loss: str, vector: Vector) -> Vector:
        """The same by the trainer's central differences."""
        step = RELATIVE_STEP * length(self.weights) / length(vector)
        plus = self.gradient_at(loss, self.moved((step, vector)))
        minus = self.gradient_at(loss, self.moved((-step, vector)))
        return {name: (plus[name] - minus[name]) / (2 * step) for name in plus}


def dot(a: Vector, b: Vector) -> float:
    return sum((a[name] * b[name]).sum().item() for name in a)


def length(vector: Vector) -> float:
    return math.sqrt(dot(vector, vector))


def top_eigenvalue(product: Callable[[Vector], Vector], start: Vector) -> float:
    """Power iteration as the trainer does it, until two estimates in turn differ by less than 1e-3."""
    vector = {name: value / length(start) for name, value in start.items()}
    before = math.nan
    for _ in range(100):
        image = product(vector)
        value = dot(vector, image)
        if abs(value - before) < 1e-3 * abs(value):
            break
        before = value
        norm = length(image)
        vector = {name: part / norm for name, part in image.items()}
    return value


class Table:
    def __init__(self) -> None:
        print("| figure | loss | trainer | PyTorch | difference |")
        print("| --- | --- | ---: | ---: | ---: |")

    def row(self, figure: str, loss: str, ours: float, theirs: float) -> None:
        difference = (ours - theirs) / abs(theirs) if theirs else math.nan
        print(f"| {figure} | {loss} | {ours:.6g} | {theirs:.6g} | {difference:+.1e} |", flush=True)

    def spread(self, figure: str, loss: str, ours: list[float], theirs: list[float]) -> None:
        worst = max(abs(a - b) / abs(b) for a, b in zip(ours, theirs))
        ends = f"{min(ours):.6g} to {max(ours):.6g}", f"{min(theirs):.6g} to {max(theirs):.6g}"
        print(f"| {figure}, {len(ours)} points | {loss} | {ends[0]} | {ends[1]} | at most {worst:.1e} |", flush=True)


def main(file: Path) -> None:
    tensors, metadata = read_safetensors(file)
    result = json.loads(metadata["landscape"])
    setting, axis = result["setting"], result["axis"]
    landscape = Landscape(tensors, setting)
    x, y = (landscape.vector(tensors, f"axis.{name}") for name in "xy")
    print(
        f"{len(setting['indices'])} {setting['split']} digits; trainer on {result['engine']}, float32; "
        f"PyTorch {torch.__version__}, float64\n"
    )
    table = Table()
    for part in result["curve"]:
        values = [landscape.at(part["loss"], landscape.moved((a, x))) for a in axis]
        table.spread("curve", part["loss"], part["values"], values)
    for part in result["surface"]:
        values = [landscape.at(part["loss"], landscape.moved((a, x), (b, y))) for b in axis for a in axis]
        table.spread("surface", part["loss"], [value for row in part["rows"] for value in row], values)
    for part in result["sharpness"]:
        loss, scale = part["loss"], part["scale"]
        centre = landscape.at(loss, landscape.weights)
        rises = []
        for i in range(setting["sharpness"]["directions"]):
            u = landscape.vector(tensors, f"{scale}.{i}")
            sides = [landscape.at(loss, landscape.moved((sign, u))) for sign in (1, -1)]
            rises.append(sum(sides) / 2 - centre)
        table.row(f"sharpness, {scale}, rho {part['rho']}", loss, part["mean"], sum(rises) / len(rises))
    for part in result["worstCase"]:
        loss, rho = part["loss"], part["rho"]
        gradient = landscape.gradient_at(loss, landscape.weights)
        step = (rho / length(gradient), gradient)
        rise = landscape.at(loss, landscape.moved(step)) - landscape.at(loss, landscape.weights)
        table.row(f"worst case, rho {rho}", loss, part["rise"], rise)
        table.row("gradient norm", loss, part["gradientNorm"], length(gradient))
    # With regenerated examples there is no second derivative but at the scale of a step.
    ways = {"twice": landscape.product, "differences": landscape.differences}
    for part in result["eigenvalue"]:
        for name, product in ways.items():
            if name == "twice" and part["loss"] == "regenerated":
                continue
            start = landscape.vector(tensors, "start")
            value = top_eigenvalue(lambda vector: product(part["loss"], vector), start)
            table.row(f"top eigenvalue, {name}", part["loss"], part["value"], value)
    for part in result["trace"]:
        for name, product in ways.items():
            if name == "twice" and part["loss"] == "regenerated":
                continue
            samples = []
            for i in range(setting["probes"]):
                signs = landscape.vector(tensors, f"probe.{i}")
                samples.append(dot(signs, product(part["loss"], signs)))
            table.row(f"trace, {name}", part["loss"], part["mean"], sum(samples) / len(samples))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="what export.ts wrote")
    main(parser.parse_args().file)
