"""Times RAT-TRADES steps in PyTorch, on synthetic images.

    python3 bench.py --model wide-resnet-10-2 --batch 32 --steps 5 --attack-steps 10 --structure lean

Convolutions run channels_last. The median of the timed steps is reported, after warm-up steps that are not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch

from models import Classifier, build_model
from rat_step import Draws, Recipe, Structure, make_optimizer, train_step


def draw_noise(model: Classifier, images: torch.Tensor) -> Draws:
    """Fresh N(0, 1) draws: one for the attack's start, one per parameter whose name contains "conv"."""
    weights = {
        name: torch.randn_like(parameter) for name, parameter in model.named_parameters() if "conv" in name
    }
    return Draws(torch.randn_like(images), weights)


def time_steps(
    model_name: str,
    batch: int,
    steps: int,
    warm_up: int,
    attack_steps: int,
    structure: Structure,
    device: str,
) -> list[float]:
    """Milliseconds of each timed step; drawing the noise counts, making the synthetic images does not."""
    torch.manual_seed(0)
    model, shape = build_model(model_name)
    model = model.to(device, memory_format=torch.channels_last)
    recipe = Recipe(attack_steps=attack_steps)
    optimizer = make_optimizer(model, recipe)
    images = torch.rand(batch, *shape, device=device).contiguous(memory_format=torch.channels_last)
    labels = torch.randint(model.head.out_features, (batch,), device=device)
    durations = []
    for step in range(warm_up + steps):
        started = time.perf_counter()
        train_step(model, optimizer, images, labels, draw_noise(model, images), recipe, structure)
        if device == "cuda":
            torch.cuda.synchronize()
        if step >= warm_up:
            durations.append(1000 * (time.perf_counter() - started))
    return durations


def main() -> None:
    """Runs the benchmark of the command line and prints its result, as text or as one JSON object."""
    parser = argparse.ArgumentParser(description="Time RAT-TRADES training steps in PyTorch.")
    parser.add_argument("--model", required=True, help="small-cnn, preact-resnet-18 or wide-resnet-D-W")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=5, help="timed steps")
    parser.add_argument("--warm-up", type=int, default=2, help="steps before the timed ones")
    parser.add_argument("--attack-steps", type=int, default=10)
    parser.add_argument("--structure", choices=["official", "lean"], default="official")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--tf32", action="store_true", help="let the GPU round products to TensorFloat-32")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = options.tf32
    torch.backends.cudnn.allow_tf32 = options.tf32
    durations = time_steps(
        options.model,
        options.batch,
        options.steps,
        options.warm_up,
        options.attack_steps,
        options.structure,
        options.device,
    )
    median = statistics.median(durations)
    result = {
        "model": options.model,
        "batch": options.batch,
        "attackSteps": options.attack_steps,
        "structure": options.structure,
        "imagesPerSecond": round(1000 * options.batch / median, 2),
        "millisecondsPerStep": round(median, 2),
        "steps": options.steps,
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if options.device == "cuda" else "cpu",
        "tf32": options.tf32,
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:20} {value}")


if __name__ == "__main__":
    main()
