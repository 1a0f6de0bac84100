#!/usr/bin/env bash
# Measures the webgpu engine on this machine's GPU, beside PyTorch where that is installed. Part of what pack.sh packs.
# `bash measure.sh --rehearse` does everything in small, to see that it runs: on a GPU in software and on PyTorch without one too.
set -uo pipefail
cd "$(dirname "$0")"
node=./node
trainer=dist/trainer.js
models=(preact-resnet-18 wide-resnet-34-10)
size=(--batch 128 --attack-steps 10)
steps=5
device=cuda
if [ "${1:-}" = --rehearse ]; then
  models=(small-cnn)
  size=(--batch 4 --attack-steps 1)
  steps=1
  device=cpu
fi
failures=0
part() {
  printf '\n## %s\n' "$1"
  shift
  "$@" || { printf 'ended with status %s\n' "$?"; failures=$((failures + 1)); }
}

nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null
part "engines" $node $trainer devices
part "JavaScript in a step (Dawn's backend that computes nothing)" $node dist/javascript.mjs
RANDOMIZED_AT_GPU=1 part "kernels against plain JavaScript" $node dist/conformance.mjs
part "recorded steps" $node $trainer check-step --engine webgpu --table fixtures/rat-trades-*.safetensors
for model in "${models[@]}"; do
  bench=(bench --engine webgpu --model "$model" "${size[@]}")
  part "$model" $node $trainer "${bench[@]}" --steps $steps
  part "$model, by kernel" $node $trainer "${bench[@]}" --steps 2 --profile
  part "$model, float16" $node $trainer "${bench[@]}" --steps $steps --precision float16
done
if python3 -c "import torch; assert '$device' == 'cpu' or torch.cuda.is_available()" 2>/dev/null; then
  for model in "${models[@]}"; do
    for structure in official lean; do
      step=(pytorch/bench.py --model "$model" "${size[@]}" --steps $steps --structure $structure --device $device)
      part "PyTorch, $model, $structure, float32" python3 "${step[@]}"
      part "PyTorch, $model, $structure, TF32" python3 "${step[@]}" --tf32
    done
  done
else
  printf '\nPyTorch with a GPU is not installed here: nothing to compare with.\n'
fi
printf '\n%s parts failed.\n' "$failures"
[ "$failures" -eq 0 ]
