package dev.espalier.augment.geometry;

/** How a pixel between pixels gets its value. */
public enum Interpolation {
  /** A copy of the nearest pixel. */
  NEAREST,
  /** Weighted by distance between the two nearest pixels of each axis. */
  BILINEAR,
  /** A cubic through the four nearest pixels of each axis, coefficient -0.5 as in TensorFlow. */
  BICUBIC,
  /** The mean of the area that a pixel covers. For resizing only. */
  AREA
}
