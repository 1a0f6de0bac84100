#!/usr/bin/env bash
# Measures the webgpu engine on this machine's GPU, beside PyTorch where that is installed. Part of what pack.sh packs.
set -uo pipefail
cd "$(dirname "$0")"
node=./node
trainer=dist/trainer.js
part() { printf '\n## %s\n' "$1"; shift; "$@" || printf 'ended with status %s\n' "$?"; }

nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null
part "engines" $node $trainer devices
part "JavaScript in a step (Dawn's backend that computes nothing)" $node dist/javascript.mjs
RANDOMIZED_AT_GPU=1 part "kernels against plain JavaScript" $node dist/conformance.mjs
part "recorded steps" $node $trainer check-step --engine webgpu --table fixtures/rat-trades-*.safetensors
for model in preact-resnet-18 wide-resnet-34-10; do
  bench=(bench --engine webgpu --model "$model" --batch 128 --attack-steps 10)
  part "$model, batch 128" $node $trainer "${bench[@]}" --steps 5
  part "$model, by kernel" $node $trainer "${bench[@]}" --steps 2 --profile
done
if python3 -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
  for model in preact-resnet-18 wide-resnet-34-10; do
    for structure in official lean; do
      step=(pytorch/bench.py --model "$model" --batch 128 --steps 5 --attack-steps 10 --structure $structure --device cuda)
      part "PyTorch, $model, $structure, float32" python3 "${step[@]}"
      part "PyTorch, $model, $structure, TF32" python3 "${step[@]}" --tf32
    done
  done
else
  printf '\nPyTorch with a GPU is not installed here: nothing to compare with.\n'
fi
