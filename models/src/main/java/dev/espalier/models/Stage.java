package dev.espalier.models;

/**
 * Blocks that repeat, before scaling.
 *
 * @param kernel side of the spatial convolution
 * @param inChannels of the first block
 * @param expand factor of the channels inside a block
 * @param stride of the first block; the others have 1
 * @param fused whether one convolution takes the place of expansion and depthwise convolution
 */
record Stage(
    int kernel,
    int repeats,
    int inChannels,
    int outChannels,
    int expand,
    int stride,
    boolean fused) {
  static Stage mobile(int kernel, int repeats, int in, int out, int expand, int stride) {
    return new Stage(kernel, repeats, in, out, expand, stride, false);
  }

  static Stage fused(int repeats, int in, int out, int expand, int stride) {
    return new Stage(3, repeats, in, out, expand, stride, true);
  }
}
