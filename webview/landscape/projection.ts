/** From where a surface is looked at. */
export interface Camera {
  /** Turn about the vertical axis in radians. */
  readonly azimuth: number;
  /** Angle above the horizon in radians. */
  readonly elevation: number;
  readonly zoom: number;
}

export const firstCamera: Camera = { azimuth: -0.9, elevation: 0.72, zoom: 1 };

const lowest = 0.05;
const highest = Math.PI / 2;

/** A camera turned and moved; it never goes below the horizon or over the top. */
export function moved(
  camera: Camera,
  change: { readonly azimuth?: number; readonly elevation?: number; readonly zoom?: number },
): Camera {
  const turn = camera.azimuth + (change.azimuth ?? 0);
  return {
    azimuth: Math.atan2(Math.sin(turn), Math.cos(turn)),
    elevation: Math.min(highest, Math.max(lowest, camera.elevation + (change.elevation ?? 0))),
    zoom: Math.min(4, Math.max(0.5, camera.zoom * (change.zoom ?? 1))),
  };
}

export interface Projected {
  /** Pixels to the right and down. */
  readonly x: number;
  readonly y: number;
  /** Distance from the eye: greater is farther. */
  readonly depth: number;
}

/** Maps the box of the surface, x and y from -1 to 1 and z from 0 to 1, to a canvas. */
export type Projection = (x: number, y: number, z: number) => Projected;

/** How tall the box is against half its width. */
const boxHeight = 1.05;

/** Distance of the eye in half widths of the box: a slight perspective. */
const eyeDistance = 7;

export function projection(
  { azimuth, elevation, zoom }: Camera,
  size: { readonly width: number; readonly height: number },
): Projection {
  const [sinA, cosA] = [Math.sin(azimuth), Math.cos(azimuth)];
  const [sinE, cosE] = [Math.sin(elevation), Math.cos(elevation)];
  const scale = zoom * Math.min(size.width / 3.4, size.height / 3.05);
  return (x, y, z) => {
    const up = (z - 0.5) * boxHeight;
    const right = x * cosA - y * sinA;
    const away = x * sinA + y * cosA;
    const depth = away * cosE - up * sinE;
    const raised = away * sinE + up * cosE;
    const perspective = eyeDistance / (eyeDistance + depth);
    return {
      x: size.width / 2 + right * scale * perspective,
      y: size.height * 0.47 - raised * scale * perspective,
      depth,
    };
  };
}
