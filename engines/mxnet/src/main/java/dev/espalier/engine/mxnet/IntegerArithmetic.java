package dev.espalier.engine.mxnet;

import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import java.util.Map;

/**
 * Integer arithmetic. MXNet's division returns fractions and it has no integer powers, so these use
 * float64, which represents every int32 exactly.
 */
final class IntegerArithmetic {
  private IntegerArithmetic() {}

  static Value lower(Op.BinaryFunction function, Call call) {
    return switch (function) {
      case ADD -> direct(call, "_npi_add");
      case SUBTRACT -> direct(call, "_npi_subtract");
      case MULTIPLY -> direct(call, "_npi_multiply");
      case MAXIMUM -> direct(call, "_npi_maximum");
      case MINIMUM -> direct(call, "_npi_minimum");
      case DIVIDE -> back(call, call.mx().apply("_npi_trunc", wide(call, "_npi_true_divide")));
      case POWER -> back(call, call.mx().apply("_npi_rint", wide(call, "_npi_power")));
    };
  }

  private static Value direct(Call call, String operator) {
    return call.mx().apply(operator, call.input(0), call.input(1));
  }

  private static Value wide(Call call, String operator) {
    Map<String, Object> wide = Map.of("dtype", "float64");
    return call.mx()
        .apply(
            operator,
            call.mx().apply("_npi_cast", wide, call.input(0)),
            call.mx().apply("_npi_cast", wide, call.input(1)));
  }

  private static Value back(Call call, Value value) {
    return call.mx().apply("_npi_cast", Map.of("dtype", name(call.outputType().dataType())), value);
  }

  /** Returns MXNet's name of a data type. */
  static String name(DataType type) {
    return switch (type) {
      case FLOAT32 -> "float32";
      case INT32 -> "int32";
      case UINT8 -> "uint8";
      case BOOL -> "bool";
      case BFLOAT16, FLOAT16 -> throw type.onlyInPrograms();
    };
  }
}
