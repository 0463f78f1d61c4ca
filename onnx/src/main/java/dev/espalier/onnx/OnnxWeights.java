package dev.espalier.onnx;

/** How an exported model stores its weights; it computes in float32 anyway. */
public enum OnnxWeights {
  /** In single precision, exactly. */
  FLOAT32,
  /**
   * Kernels and matrices in half precision, which halves the file. Biases, and arrays with values
   * above 65504, stay in single precision.
   */
  FLOAT16
}
