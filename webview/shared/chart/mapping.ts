/** Where data lands on the canvas. */
export interface Mapping {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
  readonly logarithmic: boolean;
}

export function xPixel(value: number, mapping: Mapping): number {
  return (
    mapping.left + ((value - mapping.xMin) / (mapping.xMax - mapping.xMin)) * (mapping.right - mapping.left)
  );
}

/** NaN for what a logarithmic axis cannot show. */
export function yPixel(value: number, mapping: Mapping): number {
  const { yMin, yMax, top, bottom } = mapping;
  const share = mapping.logarithmic
    ? Math.log(value / yMin) / Math.log(yMax / yMin)
    : (value - yMin) / (yMax - yMin);
  return bottom - share * (bottom - top);
}
