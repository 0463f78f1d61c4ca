package dev.espalier.onnx;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rule of each primitive. {@link Op.Input} and {@link Op.ReadVariable} are not in it, because
 * they concern the program as a whole, and {@link Op.Gradients} has none: files only compute
 * outputs. Immutable.
 */
final class ExportRules {
  private static final ExportRules ALL = new ExportRules();

  private final Map<Class<? extends Op>, ExportRule<?>> rules = new HashMap<>();

  private ExportRules() {
    ElementwiseRules.register(this);
    ConvolutionRules.register(this);
    ReductionRules.register(this);
    NormalizationRules.register(this);
    ShapeRules.register(this);
    IndexRules.register(this);
  }

  static ExportRules all() {
    return ALL;
  }

  <T extends Op> ExportRules add(Class<T> primitive, ExportRule.OfOneOutput<T> rule) {
    return addAll(primitive, (op, call) -> List.of(rule.export(op, call)));
  }

  <T extends Op> ExportRules addAll(Class<T> primitive, ExportRule<T> rule) {
    rules.put(primitive, rule);
    return this;
  }

  /**
   * Returns the outputs of a primitive.
   *
   * @throws EspalierException {@link ErrorCode#NOT_EXPORTABLE} if it has no rule
   */
  List<Value> export(Op op, Call call) {
    return export(op.getClass(), op, call);
  }

  @SuppressWarnings("unchecked") // add guarantees that the rule is for the class
  private <T extends Op> List<Value> export(Class<T> type, Op op, Call call) {
    ExportRule<T> rule = (ExportRule<T>) rules.get(type);
    if (rule == null) {
      throw new EspalierException(
          ErrorCode.NOT_EXPORTABLE,
          "The operation "
              + op.primitive()
              + (call.scope().isEmpty() ? "" : " of " + call.scope())
              + " cannot be expressed in ONNX.",
          "Export a program that only computes outputs, such as InferenceProgram.of(model).");
    }
    return rule.export(type.cast(op), call);
  }
}
