"""The architectures the trainer offers, in PyTorch, under the parameter names of its checkpoints.

Every network splits into `features` (images to the penultimate features) and `head` (the last linear layer), as
the last-layer Taylor terms need the features. All of them take images as NCHW in [0, 1] and run in either memory format.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict

import torch
import torch.nn.functional as functional
from torch import Tensor, nn


class Classifier(nn.Module):
    """A network whose logits are `head(features(images))`."""

    @property
    def head(self) -> nn.Linear:
        """The last linear layer, weight [classes, features]."""
        raise NotImplementedError

    def features(self, images: Tensor) -> Tensor:
        """Images [N, C, H, W] to penultimate features [N, features]."""
        raise NotImplementedError

    def forward(self, images: Tensor) -> Tensor:
        """Images [N, C, H, W] to logits [N, classes]."""
        return self.head(self.features(images))


class SmallCnn(Classifier):
    """The MNIST network of TRADES: four 3x3 valid convolutions and three dense layers; flattens in CHW order."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3)
        self.conv3 = nn.Conv2d(32, 64, 3)
        self.conv4 = nn.Conv2d(64, 64, 3)
        self.fc1 = nn.Linear(1024, 200)
        self.fc2 = nn.Linear(200, 200)
        self.fc = nn.Linear(200, classes)

    @property
    def head(self) -> nn.Linear:
        return self.fc

    def features(self, images: Tensor) -> Tensor:
        out = functional.relu(self.conv2(functional.relu(self.conv1(images))))
        out = functional.max_pool2d(out, 2)
        out = functional.relu(self.conv4(functional.relu(self.conv3(out))))
        out = functional.max_pool2d(out, 2)
        # .contiguous() gives CHW order whatever the memory format.
        out = out.contiguous().flatten(1)
        return functional.relu(self.fc2(functional.relu(self.fc1(out))))


class Mlp(Classifier):
    """Dense layers `fc1`, `fc2`, ... with ReLU and the output layer `fc`; flattens in CHW order."""

    def __init__(self, values: int = 784, layers: tuple[int, ...] = (256, 256), classes: int = 10) -> None:
        super().__init__()
        self.layers = len(layers)
        for index, width in enumerate(layers):
            self.add_module(f"fc{index + 1}", nn.Linear(values, width))
            values = width
        self.fc = nn.Linear(values, classes)

    @property
    def head(self) -> nn.Linear:
        return self.fc

    def features(self, images: Tensor) -> Tensor:
        out = images.contiguous().flatten(1)
        for index in range(self.layers):
            out = functional.relu(self.get_submodule(f"fc{index + 1}")(out))
        return out


class WideBlock(nn.Module):
    """BN-ReLU-conv twice. Where width or stride changes, the shortcut is fed with the BN-ReLU output."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels_in)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.convShortcut: nn.Module | None = None
        if channels_in != channels_out or stride != 1:
            self.convShortcut = nn.Conv2d(channels_in, channels_out, 1, stride, bias=False)

    def forward(self, inputs: Tensor) -> Tensor:
        activated = functional.relu(self.bn1(inputs))
        out = self.conv2(functional.relu(self.bn2(self.conv1(activated))))
        return out + (inputs if self.convShortcut is None else self.convShortcut(activated))


class WideStage(nn.Module):
    """`depth` blocks of one width under the name `layer`; the first one carries the stride."""

    def __init__(self, channels_in: int, channels_out: int, depth: int, stride: int) -> None:
        super().__init__()
        blocks = [WideBlock(channels_in, channels_out, stride)]
        blocks += [WideBlock(channels_out, channels_out, 1) for _ in range(depth - 1)]
        self.layer = nn.Sequential(*blocks)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layer(inputs)


class WideResNet(Classifier):
    """WideResNet-D-W as in TRADES and RobustBench (Zagoruyko & Komodakis 2016)."""

    def __init__(self, depth: int, widen_factor: int, classes: int = 10) -> None:
        super().__init__()
        if (depth - 4) % 6 != 0:
            raise ValueError(f"depth: found {depth}, which is not 6 n + 4; take 10, 16, 28, 34, ...")
        blocks = (depth - 4) // 6
        widths = [16, 16 * widen_factor, 32 * widen_factor, 64 * widen_factor]
        self.conv1 = nn.Conv2d(3, widths[0], 3, padding=1, bias=False)
        self.block1 = WideStage(widths[0], widths[1], blocks, 1)
        self.block2 = WideStage(widths[1], widths[2], blocks, 2)
        self.block3 = WideStage(widths[2], widths[3], blocks, 2)
        self.bn1 = nn.BatchNorm2d(widths[3])
        self.fc = nn.Linear(widths[3], classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                fan_out = module.kernel_size[0] * module.kernel_size[1] * module.out_channels
                nn.init.normal_(module.weight, 0.0, math.sqrt(2.0 / fan_out))
        nn.init.zeros_(self.fc.bias)

    @property
    def head(self) -> nn.Linear:
        return self.fc

    def features(self, images: Tensor) -> Tensor:
        out = self.block3(self.block2(self.block1(self.conv1(images))))
        return functional.relu(self.bn1(out)).mean(dim=(2, 3))


class PreActBlock(nn.Module):
    """BN-ReLU-conv twice; `shortcut.0`, where there is one, is fed with the BN-ReLU output."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels_in)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.shortcut: nn.Module | None = None
        if channels_in != channels_out or stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(channels_in, channels_out, 1, stride, bias=False))

    def forward(self, inputs: Tensor) -> Tensor:
        activated = functional.relu(self.bn1(inputs))
        out = self.conv2(functional.relu(self.bn2(self.conv1(activated))))
        return out + (inputs if self.shortcut is None else self.shortcut(activated))


class PreActResNet(Classifier):
    """Pre-activation ResNet with a batch norm before the pooling, as in AWP, robust_overfitting and RAT.

    Stages have widths `width` x 1, 2, 4, 8 and strides 1, 2, 2, 2.
    """

    def __init__(self, width: int, blocks: list[int], classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
        channels = width
        for stage, depth in enumerate(blocks):
            layers = OrderedDict[str, nn.Module]()
            for index in range(depth):
                stride = 2 if stage > 0 and index == 0 else 1
                layers[str(index)] = PreActBlock(channels, width * 2**stage, stride)
                channels = width * 2**stage
            self.add_module(f"layer{stage + 1}", nn.Sequential(layers))
        self.stages = len(blocks)
        self.bn = nn.BatchNorm2d(channels)
        self.linear = nn.Linear(channels, classes)

    @property
    def head(self) -> nn.Linear:
        return self.linear

    def features(self, images: Tensor) -> Tensor:
        out = self.conv1(images)
        for stage in range(self.stages):
            out = self.get_submodule(f"layer{stage + 1}")(out)
        return functional.relu(self.bn(out)).mean(dim=(2, 3))


def small_cnn() -> SmallCnn:
    """TRADES' MNIST network for 28x28x1 images."""
    return SmallCnn()


def wide_resnet(depth: int, widen_factor: int, classes: int = 10) -> WideResNet:
    """WideResNet-`depth`-`widen_factor` for 32x32x3 images; 34-10 has 46,160,474 parameters at 10 classes."""
    return WideResNet(depth, widen_factor, classes)


def preact_resnet_18(classes: int = 10) -> PreActResNet:
    """PreActResNet-18 for 32x32x3 images; 11,172,170 parameters at 10 classes."""
    return PreActResNet(64, [2, 2, 2, 2], classes)


def build_model(name: str, classes: int = 10) -> tuple[Classifier, tuple[int, int, int]]:
    """The network of a name such as `wide-resnet-10-2`, and the shape of its images as (C, H, W).

    Raises ValueError when the name is not small-cnn, mlp, preact-resnet-18 or wide-resnet-D-W.
    """
    if name == "small-cnn":
        return SmallCnn(classes), (1, 28, 28)
    if name == "mlp":
        return Mlp(classes=classes), (1, 28, 28)
    if name == "preact-resnet-18":
        return preact_resnet_18(classes), (3, 32, 32)
    match = re.fullmatch(r"wide-resnet-(\d+)-(\d+)", name)
    if match is None:
        raise ValueError(f"model: found '{name}'; take small-cnn, mlp, preact-resnet-18 or wide-resnet-D-W")
    return wide_resnet(int(match[1]), int(match[2]), classes), (3, 32, 32)


def count_parameters(model: nn.Module) -> int:
    """Number of trainable values, batch-norm statistics not included."""
    return sum(parameter.numel() for parameter in model.parameters())
