package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.Broadcasting;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.Shape;
import java.util.List;

/** Undoes broadcasting: the gradient of a repeated element is the sum over its copies. */
final class BroadcastGradients {
  private BroadcastGradients() {}

  /**
   * Returns the gradient with respect to an input that was broadcast.
   *
   * @param dy gradient in the shape {@code result}
   */
  static Value reduce(Call call, Value dy, Shape result, int input) {
    Shape source = call.inputShape(input);
    List<Integer> axes = Broadcasting.repeatedAxes(source, result);
    if (axes.isEmpty()) {
      return dy;
    }
    ScriptWriter torch = call.torch();
    boolean keepsAxes = result.rank() == source.rank();
    Value sum = torch.apply("sum", dy, axes, keepsAxes);
    return keepsAxes ? sum : torch.view("reshape", sum, source.sizes());
  }

  /** Returns the sum over all axes but the last. */
  static Value sumToLastAxis(ScriptWriter torch, Value x, Shape shape) {
    List<Integer> axes = Broadcasting.repeatedAxes(Shape.of(shape.size(-1)), shape);
    return axes.isEmpty() ? x : torch.apply("sum", x, axes, false);
  }
}
