#!/usr/bin/env python3
"""Converts a PyTorch checkpoint (.pt, .pth, .tar) to safetensors and back.

    python3 convert_checkpoint.py network.pt network.safetensors
    python3 convert_checkpoint.py network.safetensors network.pt

Needs PyTorch and nothing else. A .pt file is a pickle, a program that runs as it is loaded: only tensors are allowed to come
out of it, unless you say --trust, for files whose origin you know. Dictionaries that training scripts put around the weights
(`state_dict`, `model_state_dict`, `model`, ...) are unwrapped; names keep their prefixes, which
`randomized-at import` strips.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from pathlib import Path

import torch
from torch import Tensor

# What a safetensors file calls each element type, https://github.com/huggingface/safetensors.
NAME_OF_TYPE = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}
TYPE_OF_NAME = {name: dtype for dtype, name in NAME_OF_TYPE.items()}

# Under which key training scripts keep the weights, the most telling first.
WRAPPERS = ["state_dict", "model_state_dict", "model", "net", "network", "weights"]


class ConversionError(Exception):
    """The file cannot be converted; the message says why and what to do."""


def read_pickle(path: Path, trust: bool, key: str | None) -> dict[str, Tensor]:
    """The tensors of a file of `torch.save`, by name.

    Raises ConversionError when the file holds more than tensors and `trust` is off, or no tensors by name.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=not trust)
    except Exception as error:  # torch.load raises whatever the pickle makes it raise.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ConversionError(
            f"{path} cannot be loaded as tensors alone ({reason}). If you know where it comes from, add --trust: "
            "it then runs as the program that a pickle is."
        ) from error
    return unwrap(content, path, key)


def unwrap(content: object, path: Path, key: str | None) -> dict[str, Tensor]:
    """The dictionary of tensors inside the dictionaries around it."""
    if isinstance(content, torch.nn.Module):
        content = content.state_dict()
    if not isinstance(content, dict):
        raise ConversionError(f"{path} holds a {type(content).__name__}; expected a state_dict, names with tensors.")
    if key is not None:
        if key not in content:
            raise ConversionError(f"{path} has no key '{key}'; it has {', '.join(map(str, content))}.")
        return unwrap(content[key], path, None)
    for wrapper in WRAPPERS:
        if isinstance(content.get(wrapper), (dict, torch.nn.Module)):
            return unwrap(content[wrapper], path, None)
    tensors = {str(name): value.detach() for name, value in content.items() if isinstance(value, Tensor)}
    if not tensors:
        raise ConversionError(
            f"{path} has no tensors at its top; name the key that has them with --key: {', '.join(map(str, content))}."
        )
    return tensors


def write_safetensors(tensors: dict[str, Tensor], path: Path) -> None:
    """Writes the file, wide elements first, so that each tensor is aligned."""
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name in order:
        tensor = tensors[name]
        if tensor.dtype not in NAME_OF_TYPE:
            raise ConversionError(f"'{name}' has the type {tensor.dtype}, which is not written; convert it first.")
        begin, end = end, end + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": NAME_OF_TYPE[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            file.write(bytes_of(tensors[name]))


def bytes_of(tensor: Tensor) -> bytes:
    """The elements in C order, little-endian; bfloat16 has no NumPy type, so its bits are taken."""
    flat = tensor.cpu().contiguous().reshape(-1)
    return (flat.view(torch.int16) if flat.dtype == torch.bfloat16 else flat).numpy().tobytes()


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, by name. Raises ConversionError where its ranges do not fit the file."""
    content = path.read_bytes()
    if len(content) < 8:
        raise ConversionError(f"{path} has {len(content)} bytes, too few for a safetensors file.")
    (length,) = struct.unpack("<Q", content[:8])
    if length > min(len(content) - 8, 100_000_000):
        raise ConversionError(f"{path} announces a header of {length} bytes, more than it has: it is no safetensors file.")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        data = bytearray(content[8 + length + begin : 8 + length + end])
        dtype = TYPE_OF_NAME[entry["dtype"]]
        flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help=".pt, .pth, .tar or .safetensors")
    parser.add_argument("target", type=Path, help=".safetensors or .pt; it is replaced where it exists")
    parser.add_argument("--key", help="key of a .pt file's dictionary that has the weights; by default the usual ones")
    parser.add_argument("--trust", action="store_true", help="run the pickle as the program it is")
    options = parser.parse_args()
    try:
        to_pickle = options.source.suffix == ".safetensors"
        if to_pickle == (options.target.suffix == ".safetensors"):
            raise ConversionError("One of the two files ends in .safetensors, the other does not.")
        if to_pickle:
            tensors = read_safetensors(options.source)
            torch.save(tensors, options.target)
        else:
            tensors = read_pickle(options.source, options.trust, options.key)
            write_safetensors(tensors, options.target)
    except (ConversionError, OSError, ValueError, KeyError) as error:
        sys.exit(f"convert_checkpoint.py: {error}")
    print(f"{len(tensors)} tensors written to {options.target}")


if __name__ == "__main__":
    main()
