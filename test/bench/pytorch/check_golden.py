"""Replays a golden RAT-TRADES step in both structures and prints how far this program is from it.

    python3 check_golden.py ../../fixtures/rat-trades-wrn10-1-c10.safetensors

A golden file holds one training step of the paper's official code on a wide-resnet-10-1. Everything after the attack is
replayed from the file's x_adv; the attack itself is replayed too, and the share of pixels that differ is printed, since
a sign-gradient step turns a rounding error into a whole step where the gradient is nearly zero.

What the golden files say about AWP (each alternative was tried, and is off by far more than rounding):
- The proxy ascends plain TRADES: CE(x, y) with weight 1 (not 1 - alpha) plus beta KL(p(x) || p(x')), in train mode,
  without Taylor terms. Its negation is the metadata's `loss.awp_objective_negated`.
- x_adv is crafted before the perturbation, on the unperturbed, noise-free weights, batch norm in eval mode.
- The perturbation touches every weight with more than one axis (convolutions, shortcuts, last layer), scaled by
  ||w|| / ||gradient|| tensor by tensor; neither momentum nor weight decay enters it (with weight decay it is 2 % off).
  The file has it before gamma. Ours differs by 1e-5, largely because the official code gets it by subtracting float32 weights.
- The proxy's forwards leave the model's running statistics alone. These get exactly 2 updates (num_batches_tracked
  + 2), at the perturbed weights: natural first, then adversarial.
- `loss.*`, the soft targets and `grad.*` are taken at the perturbed weights, with the full loss and natural weight
  1 - alpha.
- The SGD step runs at the perturbed weights, so weight decay pulls on w + gamma v (the file's weights tell this from
  decay on w: 1.003 of the expected difference is there); gamma v is subtracted afterwards.
Without AWP the statistics get 8 updates: natural, adversarial, adversarial, natural, adversarial, natural, adversarial,
natural. Statistics are batch statistics of the train-mode forwards; the attack moves none.
"""

from __future__ import annotations

import argparse
import copy
from fractions import Fraction
from pathlib import Path

import torch
from torch import Tensor

from golden_file import read_safetensors
from models import Classifier, wide_resnet
from rat_step import Draws, Losses, Recipe, Structure, craft, make_optimizer, train_on, weight_perturbation

# Golden name of a loss term or soft target -> its name here.
GOLDEN_LOSSES = {
    "natural": "natural",
    "robust": "robust",
    "tl1": "first_on_adversarial",
    "tl1_": "first_on_natural",
    "tl2": "second_on_adversarial",
    "tl2_": "second_on_natural",
    "total": "total",
}


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with the prefix, without it."""
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}


def read_recipe(metadata: dict[str, str]) -> Recipe:
    """The recipe of a golden file's metadata."""
    return Recipe(
        alpha=float(metadata["alpha"]),
        beta=float(metadata["beta"]),
        epsilon=float(Fraction(metadata["epsilon"])),
        step_size=float(Fraction(metadata["step_size"])),
        attack_steps=int(metadata["perturb_steps"]),
        input_noise=float(metadata["input_noise_std"]),
        weight_noise=float(metadata.get("weight_noise_std", "0")),
        awp_gamma=float(metadata.get("awp_gamma", "0")),
        learning_rate=float(metadata["lr"]),
        momentum=float(metadata.get("momentum", "0.9")),
        weight_decay=float(metadata["weight_decay"]),
    )


def restore_model(tensors: dict[str, Tensor], metadata: dict[str, str], dtype: torch.dtype) -> Classifier:
    """The model as it was before the golden step."""
    model = wide_resnet(
        int(metadata["depth"]), int(metadata["widen_factor"]), int(metadata["num_classes"])
    )
    state = part(tensors, "before.")
    model.load_state_dict({name: state[name].reshape(value.shape) for name, value in model.state_dict().items()})
    return model.to(dtype)


def relative_error(actual: Tensor, expected: Tensor) -> float:
    """||actual - expected|| / ||expected|| in float64."""
    difference = actual.detach().double().reshape(expected.shape) - expected.double()
    return float(difference.norm() / expected.double().norm())


def worst(actual: dict[str, Tensor], expected: dict[str, Tensor], names: list[str]) -> str:
    """The largest relative error over the named tensors, with the name of the tensor that has it."""
    errors = {name: relative_error(actual[name], expected[name]) for name in names}
    name = max(errors, key=lambda key: errors[key])
    return f"{errors[name]:.1e}  ({name})"


def report_losses(losses: Losses, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Prints the relative error of every loss term and soft target the file holds."""
    for golden_name, name in GOLDEN_LOSSES.items():
        if f"loss.{golden_name}" in metadata:
            expected = float(metadata[f"loss.{golden_name}"])
            print(f"  loss {name:24} {abs(float(getattr(losses, name)) / expected - 1):.1e}")
    for golden_name, expected_target in part(tensors, "target.").items():
        name = GOLDEN_LOSSES[golden_name]
        print(f"  target {name:22} {relative_error(losses.targets[name], expected_target):.1e}")


def replay(tensors: dict[str, Tensor], metadata: dict[str, str], structure: Structure, dtype: torch.dtype) -> None:
    """Replays the step in one structure and one precision and prints the relative errors."""
    print(f"{structure}, {str(dtype).removeprefix('torch.')}")
    recipe = read_recipe(metadata)
    model = restore_model(tensors, metadata, dtype)
    images, adversarial = tensors["x"].to(dtype), tensors["x_adv"].to(dtype)
    labels = tensors["y"].long()
    draws = Draws(
        tensors["draw.input"].to(dtype),
        {name: draw.to(dtype) for name, draw in part(tensors, "draw.weights.").items()},
    )

    crafted = craft(model, images, draws, recipe, structure)
    differing = ((crafted - adversarial).abs() > 1e-5).double().mean()
    print(f"  attack: {100 * float(differing):.2f} % of the pixels differ")

    if recipe.awp_gamma > 0:
        before = copy.deepcopy(model)
        _, objective = weight_perturbation(model, images, adversarial, labels, recipe.beta)
        expected = -float(metadata["loss.awp_objective_negated"])
        print(f"  AWP objective                 {abs(objective / expected - 1):.1e}")
        unmoved = all(torch.equal(a, b) for a, b in zip(model.buffers(), before.buffers()))
        print(f"  AWP proxy leaves statistics   {'unmoved' if unmoved else 'MOVED'}")

    optimizer = make_optimizer(model, recipe, part(tensors, "momentum."))
    record = train_on(model, optimizer, images, adversarial, labels, recipe, structure)
    report_losses(record.losses, tensors, metadata)
    parameters = [name for name, _ in model.named_parameters()]
    statistics = [name for name, _ in model.named_buffers() if "running" in name]
    if record.perturbation:
        golden_perturbation = part(tensors, "awp.")
        error = worst(record.perturbation, golden_perturbation, list(golden_perturbation))
        print(f"  AWP perturbation, worst       {error}")
    print(f"  gradients, worst              {worst(record.gradients, part(tensors, 'grad.'), parameters)}")
    after = model.state_dict()
    golden_after = part(tensors, "after.")
    print(f"  weights, worst                {worst(after, golden_after, parameters)}")
    print(f"  statistics, worst             {worst(after, golden_after, statistics)}")
    counts = {int(after[name]) - int(golden_after[name]) for name in after if "num_batches" in name}
    print(f"  batch-norm update count       {'equal' if counts == {0} else f'off by {sorted(counts)}'}")


def main() -> None:
    """Replays the file named on the command line."""
    parser = argparse.ArgumentParser(description="Replay a golden RAT-TRADES step; prints relative errors.")
    parser.add_argument("fixture", type=Path, help="a rat-trades-*.safetensors golden file")
    tensors, metadata = read_safetensors(parser.parse_args().fixture)
    torch.set_num_threads(2)
    print(metadata["what"])
    for dtype in (torch.float32, torch.float64):
        replay(tensors, metadata, "official", dtype)
        replay(tensors, metadata, "lean", dtype)


if __name__ == "__main__":
    main()
