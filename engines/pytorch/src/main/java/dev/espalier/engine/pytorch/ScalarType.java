package dev.espalier.engine.pytorch;

import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.DataType;

/**
 * The codes of element types in TorchScript: the order of {@code ScalarType} in PyTorch's header
 * {@code c10/core/ScalarType.h}, limited to our data types. Values of 16 bits never leave the
 * script: DJL's array class crashes the process on bfloat16.
 */
final class ScalarType {
  private ScalarType() {}

  static int of(DataType type) {
    return switch (type) {
      case UINT8 -> 0;
      case INT32 -> 3;
      case FLOAT16 -> 5;
      case FLOAT32 -> 6;
      case BOOL -> 11;
      case BFLOAT16 -> 15;
    };
  }

  /** Adds a cast to a data type. */
  static Value convert(ScriptWriter torch, Value x, DataType type) {
    return torch.apply("to", x, of(type), false, false);
  }
}
