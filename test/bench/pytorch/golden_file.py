"""Reads a safetensors file with the standard library and PyTorch alone.

Format: u64 little-endian header length; JSON {name: {dtype, shape, data_offsets}} with an optional string map
`__metadata__`; then the values, C order and packed, offsets counted from the byte after the header.
"""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path

import torch
from torch import Tensor

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I32": torch.int32, "I64": torch.int64}


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors by name and the metadata. Raises ValueError when a tensor's type, shape and range disagree."""
    content = bytearray(path.read_bytes())
    (header_length,) = struct.unpack_from("<Q", content, 0)
    start = 8 + header_length
    header = json.loads(content[8:start])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        dtype = DTYPES.get(entry["dtype"])
        if dtype is None:
            raise ValueError(f"{path}: {name}: dtype {entry['dtype']}; expected one of {', '.join(DTYPES)}")
        begin, end = entry["data_offsets"]
        count = math.prod(entry["shape"])
        expected = count * torch.empty((), dtype=dtype).element_size()
        if end - begin != expected or start + end > len(content):
            raise ValueError(
                f"{path}: {name}: bytes {begin} to {end} do not hold {entry['shape']}; copy the file again"
            )
        values = torch.frombuffer(content, dtype=dtype, count=count, offset=start + begin)
        tensors[name] = values.reshape(entry["shape"]).clone()
    return tensors, metadata
