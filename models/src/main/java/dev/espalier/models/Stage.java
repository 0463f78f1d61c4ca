package dev.espalier.models;

/**
 * A stage of repeated blocks, before scaling.
 *
 * @param kernel size of the spatial convolution
 * @param inChannels input channels of the first block
 * @param expand expansion factor of the channels inside a block
 * @param stride of the first block; the others have stride 1
 * @param fused whether a single convolution replaces the expansion and the depthwise convolution
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
