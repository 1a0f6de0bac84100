#!/usr/bin/env bash
# Packs what a bare Linux machine with a GPU needs to measure the webgpu engine: `bash test/bench/gpu/pack.sh [FOLDER]` after
# `npm run build`. There, with the GPU's driver and nothing else: `tar xJf randomized-at-gpu.tar.xz && bash gpu/measure.sh`.
set -euo pipefail
cd "$(dirname "$0")/../../.."
out=${1:-.build}
pack=$(mktemp -d)/gpu
trap 'rm -rf "$(dirname "$pack")"' EXIT
mkdir -p "$pack/dist" "$pack/node_modules/webgpu/dist" "$pack/fixtures" "$out"

bundle() {
  npx esbuild "$1" --bundle --platform=node --target=node20 --format=esm --main-fields=module,main --log-level=error \
    --external:webgpu --external:@tensorflow/tfjs-node --external:@tensorflow/tfjs-node-gpu --outfile="$2" \
    --banner:js="import{createRequire as __c}from'node:module';const require=__c(import.meta.url);const __filename=import.meta.filename;const __dirname=import.meta.dirname;"
}
bundle test/bench/gpu/javascript.ts "$pack/dist/javascript.mjs"
bundle test/bench/gpu/conformance.ts "$pack/dist/conformance.mjs"
cp dist/trainer.js dist/*.wasm dist/simdWorker.js "$pack/dist/"
cp test/fixtures/rat-trades-*.safetensors "$pack/fixtures/"
cp node_modules/webgpu/{package.json,index.js} "$pack/node_modules/webgpu/"
cp -r node_modules/webgpu/dist/linux-x64 "$pack/node_modules/webgpu/dist/"
cp -r test/bench/pytorch "$pack/"
cp test/bench/gpu/measure.sh "$pack/"
cp "$(command -v node)" "$pack/node"
strip "$pack/node" 2>/dev/null || true
XZ_OPT=-4 tar cJf "$out/randomized-at-gpu.tar.xz" -C "$(dirname "$pack")" gpu
ls -l "$out/randomized-at-gpu.tar.xz"
