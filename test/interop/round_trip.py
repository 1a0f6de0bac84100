"""Checkpoints between our trainer and PyTorch, both ways, for every model.

    npm run build && python3 test/interop/round_trip.py [--official DIR]

Ours to PyTorch: a network with random weights and batch-norm statistics, as a run writes it, goes through `export` and
`convert_checkpoint.py`, and PyTorch loads it with strict=True. PyTorch to ours: a network of PyTorch with random statistics is
saved as training scripts do, `{"state_dict": {"module.…"}}`, and goes through `convert_checkpoint.py` and `import`. Both
times the logits of the same images are compared. With --official, the classes are those of the authors: DIR holds
`wideresnet.py` and `small_cnn.py` of yaodongyu/TRADES and `preactresnet.py` of locuslab/robust_overfitting.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "test/bench/pytorch"), str(ROOT / "extension/python")]

from convert_checkpoint import read_safetensors, write_safetensors  # noqa: E402
from models import build_model, count_parameters  # noqa: E402

# Name, classes.
NETWORKS = [
    ("mlp", 10),
    ("small-cnn", 10),
    ("preact-resnet-18", 10),
    ("preact-resnet-18", 100),
    ("wide-resnet-16-4", 10),
    ("wide-resnet-28-10", 10),
    ("wide-resnet-34-10", 10),
]
ALLOWED = 1e-4


def call(*command: str | Path) -> str:
    """Runs a program from the repository's root; its output. Raises SystemExit with what it told when it fails."""
    result = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def build_our_side(folder: Path) -> Path:
    """Bundles network.ts."""
    program = folder / "network.mjs"
    banner = (
        "import{createRequire as __c}from'node:module';const require=__c(import.meta.url);"
        f"const __filename={str(ROOT / 'dist/network.mjs')!r};const __dirname={str(ROOT / 'dist')!r};"
    )
    external = ["vscode", "webgpu", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"]
    call(
        "npx", "esbuild", "test/interop/network.ts", "--bundle", "--platform=node", "--format=esm",
        "--main-fields=module,main", "--log-level=error", f"--outfile={program}", f"--banner:js={banner}",
        *[f"--external:{name}" for name in external],
    )  # fmt: skip
    return program


def official_model(name: str, classes: int, folder: Path) -> nn.Module | None:
    """The authors' class of that name, or None where there is none for it."""

    def load(file: str):
        spec = importlib.util.spec_from_file_location(file, folder / f"{file}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    if name == "small-cnn":
        return load("small_cnn").SmallCNN()
    if name == "preact-resnet-18":
        return load("preactresnet").PreActResNet18(num_classes=classes)
    if name.startswith("wide-resnet"):
        _, _, depth, widen = name.split("-")
        network = load("wideresnet").WideResNet(int(depth), classes, int(widen))
        # TRADES' class has a block that its forward pass never uses.
        if hasattr(network, "sub_block1"):
            del network.sub_block1
        return network
    return None


def randomise(network: nn.Module) -> None:
    """Batch-norm statistics, scales and offsets as after training; a last layer that is not zero."""
    generator = torch.Generator().manual_seed(7)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
            module.weight.data.normal_(1, 0.1, generator=generator)
            module.bias.data.normal_(0, 0.1, generator=generator)
            module.num_batches_tracked.fill_(3)
        if isinstance(module, nn.Linear) and not module.weight.any():
            module.weight.data.normal_(0, 0.1, generator=generator)


@torch.no_grad()
def logits_of(network: nn.Module, images: Tensor) -> Tensor:
    network.eval()
    return network(images)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--official", type=Path, help="folder with the authors' model files")
    parser.add_argument("--engine", default="simd", help="our engine")
    parser.add_argument("--node", default="node", help="Node program")
    parser.add_argument("--images", type=int, default=8, help="images to compare on")
    options = parser.parse_args()
    torch.set_num_threads(2)
    trainer = [options.node, "dist/trainer.js"]
    converter = [sys.executable, "dist/python/convert_checkpoint.py"]
    print(f"PyTorch {torch.__version__}, {'classes of the authors' if options.official else 'test/bench/pytorch/models.py'}")
    print("| model | classes | parameters | ours → PyTorch | PyTorch → ours | greatest logit |")
    print("| --- | --- | --- | --- | --- | --- |")
    failed = False
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        ours = [options.node, build_our_side(folder)]
        for name, classes in NETWORKS:
            network, shape = build_model(name, classes)
            if options.official:
                network = official_model(name, classes, options.official) or network
            parameters = count_parameters(network)
            images = torch.rand(options.images, *shape, generator=torch.Generator().manual_seed(1))
            write_safetensors({"images": images}, folder / "images.safetensors")

            def our_logits(file: Path) -> Tensor:
                call(*ours, "logits", file, folder / "images.safetensors", folder / "logits.safetensors", options.engine)
                return read_safetensors(folder / "logits.safetensors")["logits"]

            # PyTorch to ours, as training scripts save it.
            randomise(network)
            expected = logits_of(network, images)
            state = {f"module.{key}": value for key, value in network.state_dict().items()}
            torch.save({"state_dict": state, "epoch": 3}, folder / "theirs.pt")
            call(*converter, folder / "theirs.pt", folder / "theirs.safetensors")
            call(*trainer, "import", folder / "theirs.safetensors", "--out", folder / "imported.safetensors", "--replace")
            inward = (our_logits(folder / "imported.safetensors") - expected).abs().max().item()

            # Ours to PyTorch.
            call(*ours, "make", name, classes, folder / "ours.safetensors")
            naming = ["--names", "trades"] if options.official and name == "small-cnn" else []
            exported = folder / "exported.safetensors"
            call(*trainer, "export", folder / "ours.safetensors", "--out", exported, "--replace", *naming)
            call(*converter, exported, folder / "exported.pt")
            network.load_state_dict(torch.load(folder / "exported.pt", weights_only=True), strict=True)
            theirs = logits_of(network, images)
            outward = (our_logits(folder / "ours.safetensors") - theirs).abs().max().item()

            greatest = max(expected.abs().max().item(), theirs.abs().max().item())
            failed |= not max(inward, outward) <= ALLOWED
            print(f"| {name} | {classes} | {parameters:,} | {outward:.1e} | {inward:.1e} | {greatest:.1f} |", flush=True)
    if failed:
        sys.exit(f"Some logits differ by more than {ALLOWED}.")


if __name__ == "__main__":
    main()
