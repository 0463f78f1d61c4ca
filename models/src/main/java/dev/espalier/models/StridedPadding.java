package dev.espalier.models;

/**
 * Zero padding of convolutions of stride 2. It must match the weights: with the other padding, each
 * strided convolution shifts its output by a pixel, which costs a classifier several points of
 * accuracy.
 */
public enum StridedPadding {
  /**
   * TensorFlow's {@code same}: an even size gets one row or column less at its start than at its
   * end. Used by Keras, by lukemelas, and by the {@code tf_…} models of timm.
   */
  TENSORFLOW,
  /** The same number of rows and columns on all sides. Used by torchvision and by timm. */
  PYTORCH
}
