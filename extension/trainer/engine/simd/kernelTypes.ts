import type { ElementwiseKernels } from './elementwiseKernels';
import type { PassKernels } from './passKernels';

/** The functions that the WebAssembly module exports, as TypeScript sees them: addresses and integers are numbers. */
export interface Kernels
  extends ElementwiseKernels,
    FewColumnsKernels,
    PassKernels,
    GemmKernels,
    PatchKernels,
    WinogradKernels {
  /** `turns` rounds of arithmetic on registers. */
  spin(address: number, turns: number): void;
}

/** kernels/gemm.ts, kernels/panels.ts */
interface GemmKernels {
  useHalfPanels(use: number): void;
  multiplyPanels(
    left: number,
    leftStride: number,
    panels: number,
    depth: number,
    product: number,
    productStride: number,
    rows: number,
    columns: number,
    tile: number,
  ): void;
  multiplyTransposed(
    left: number,
    right: number,
    depth: number,
    panelDepth: number,
    product: number,
    productStride: number,
    leftColumns: number,
    rightPanels: number,
    adds: number,
  ): void;
  packPanels(
    matrix: number,
    stride: number,
    depth: number,
    columns: number,
    panels: number,
    panelDepth: number,
    firstPanel: number,
    endPanel: number,
  ): void;
  packTransposedPanels(
    matrix: number,
    depth: number,
    columns: number,
    panels: number,
    firstPanel: number,
    endPanel: number,
  ): void;
  transposeRows(matrix: number, stride: number, depth: number, rows: number, transposed: number): void;
  sumParts(
    parts: number,
    matrices: number,
    part: number,
    rows: number,
    columns: number,
    paddedColumns: number,
    sum: number,
  ): void;
}

/** kernels/patches.ts */
interface PatchKernels {
  gatherPatches(
    images: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    filterWidth: number,
    firstTapRow: number,
    endTapRow: number,
    strideHeight: number,
    strideWidth: number,
    padTop: number,
    padLeft: number,
    first: number,
    count: number,
    patches: number,
    patchNumbers: number,
  ): void;
  scatterPatches(
    images: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    filterHeight: number,
    filterWidth: number,
    strideHeight: number,
    strideWidth: number,
    padTop: number,
    padLeft: number,
    first: number,
    count: number,
    patches: number,
    patchNumbers: number,
  ): void;
  padImage(
    image: number,
    height: number,
    width: number,
    channels: number,
    padTop: number,
    padLeft: number,
    paddedHeight: number,
    paddedWidth: number,
    padded: number,
  ): void;
  fillZero(target: number, count: number): void;
}

/** kernels/fewColumns.ts */
interface FewColumnsKernels {
  convolveToFewColumns(
    padded: number,
    paddedWidth: number,
    channels: number,
    tapRows: number,
    tapColumns: number,
    weights: number,
    result: number,
    height: number,
    width: number,
    columns: number,
    workspace: number,
  ): void;
}

/** kernels/winogradTiles.ts, kernels/winogradFilters.ts */
interface WinogradKernels {
  winogradTransformTiles(
    size: number,
    ofGradient: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    padTop: number,
    padLeft: number,
    tilesHigh: number,
    tilesWide: number,
    firstTile: number,
    count: number,
    target: number,
    position: number,
    tileStride: number,
    groupStride: number,
    paddedChannels: number,
    workspace: number,
  ): void;
  winogradWriteTiles(
    size: number,
    products: number,
    position: number,
    tileStride: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    tilesHigh: number,
    tilesWide: number,
    firstTile: number,
    count: number,
    workspace: number,
  ): void;
  winogradTransformFilters(
    size: number,
    turned: number,
    filters: number,
    inputs: number,
    outputs: number,
    transformed: number,
    position: number,
    paddedDepth: number,
    paddedColumns: number,
    firstRow: number,
    endRow: number,
    workspace: number,
  ): void;
  winogradFilterGradient(
    size: number,
    transformed: number,
    paddedInputs: number,
    paddedOutputs: number,
    gradient: number,
    inputs: number,
    outputs: number,
    firstInput: number,
    endInput: number,
    workspace: number,
  ): void;
}
