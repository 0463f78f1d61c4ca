package dev.espalier.engine.pytorch;

import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.DataType;

/**
 * The numbers by which TorchScript knows the types of elements: the order of {@code ScalarType} in
 * PyTorch's header {@code c10/core/ScalarType.h}. There are only those that our data types need;
 * bfloat16 in particular must not be reached, because DJL's array class ends the process on it.
 */
final class ScalarType {
  private ScalarType() {}

  static int of(DataType type) {
    return switch (type) {
      case UINT8 -> 0;
      case INT32 -> 3;
      case FLOAT32 -> 6;
      case BOOL -> 11;
    };
  }

  /** Adds a conversion. */
  static Value convert(ScriptWriter torch, Value x, DataType type) {
    return torch.apply("to", x, of(type), false, false);
  }
}
