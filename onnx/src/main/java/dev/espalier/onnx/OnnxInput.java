package dev.espalier.onnx;

/** What an exported model takes as images. */
public enum OnnxInput {
  /** Pixels as they are decoded: uint8 {@code [batch, height, width, channels]}. */
  UINT8,
  /** Float32 {@code [batch, channels, height, width]}, with values from 0 to 255. */
  FLOAT
}
