import assert from 'node:assert/strict';
import { readLog } from '../../../../extension/trainer/engine/tensorflow/log';

describe("TensorFlow's log", () => {
  it('tells in words why a TensorFlow of today finds no GPU', () => {
    const { complaints, gpu } = readLog(
      [
        'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
        'I0000 00:00:1795403808.825577    7433 cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.',
        'I0000 00:00:1795403809.107095    7433 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU instructions in performance-critical operations.',
        'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.',
        'E0000 00:00:1795403809.109353    7433 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
      ].join('\n'),
    );
    assert.deepEqual([complaints, gpu], [['it found no NVIDIA driver'], undefined]);
  });

  it('gives the answer of a driver that has no GPU', () => {
    const { complaints } = readLog(
      'E0000 00:00:1795403809.109353    7433 cuda_platform.cc:52] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected',
    );
    assert.deepEqual(complaints, [
      'the NVIDIA driver answers "CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected"',
    ]);
  });

  it('names the libraries that the one of tfjs-node-gpu misses', () => {
    const at = '2026-11-23 03:11:20.1: W tensorflow/stream_executor/platform/default/dso_loader.cc:64]';
    const { complaints } = readLog(
      [
        `${at} Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot open shared object file: No such file or directory`,
        `${at} Could not load dynamic library 'libcudnn.so.8'; dlerror: libcudnn.so.8: cannot open shared object file: No such file or directory`,
        `${at} Could not load dynamic library 'libcudnn.so.8'; dlerror: libcudnn.so.8: cannot open shared object file: No such file or directory`,
      ].join('\n'),
    );
    assert.deepEqual(complaints, ['it could not load libcudart.so.11.0', 'it could not load libcudnn.so.8']);
  });

  it('names the GPU that was opened', () => {
    const { gpu, complaints } = readLog(
      'I0000 00:00:1795403808.8 7433 gpu_device.cc:2020] Created device /job:localhost/replica:0/task:0/device:GPU:0 with 21770 MB memory:  -> device: 0, name: NVIDIA GeForce RTX 4090, pci bus id: 0000:01:00.0, compute capability: 8.9',
    );
    assert.deepEqual([gpu, complaints], ['NVIDIA GeForce RTX 4090, compute capability 8.9', []]);
  });

  it('keeps what ended the process', () => {
    const { fatal } = readLog(
      'F0000 00:00:1795403808.8 7433 cuda_dnn.cc:99] Check failed: cudnn version 8 is too old',
    );
    assert.equal(fatal, 'Check failed: cudnn version 8 is too old');
  });
});
