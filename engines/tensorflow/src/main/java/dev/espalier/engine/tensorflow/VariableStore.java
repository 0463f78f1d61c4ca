package dev.espalier.engine.tensorflow;

import dev.espalier.graph.Variable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/**
 * The variables of one TensorFlow graph, as resources. A resource belongs to the TensorFlow session
 * that runs the graph: other sessions cannot access it, and it is freed with the session.
 */
final class VariableStore implements GraphTarget.Leaves {
  private final GraphWriter tf;
  private final Map<String, Handle> handles = new HashMap<>();

  VariableStore(GraphWriter tf) {
    this.tf = tf;
  }

  /** Returns the handle of a variable, adding the variable to the graph at its first use. */
  Handle handle(Variable variable) {
    Handle known = handles.get(variable.name());
    if (known == null) {
      known = new Handle(tf, variable);
      handles.put(variable.name(), known);
    }
    return known;
  }

  @Override
  public Output<?> read(GraphWriter writer, Variable variable) {
    return handle(variable).read(writer);
  }

  @Override
  public GraphOperation assign(
      GraphWriter writer, Variable variable, Output<?> newValue, List<Operation> after) {
    return handle(variable).assign(writer, newValue, after);
  }

  /** One variable in the graph. */
  static final class Handle {
    private final org.tensorflow.proto.DataType dataType;
    private final Output<?> resource;
    private final Output<?> placeholder;
    private final GraphOperation write;
    private final Output<?> value;

    private Handle(GraphWriter tf, Variable variable) {
      dataType = HostTransfer.dataType(variable.type().dataType());
      resource =
          tf.op("VarHandleOp")
              .attr("shared_name", variable.name())
              .attr("dtype", dataType)
              .attr("shape", variable.shape())
              .output();
      placeholder =
          tf.op("Placeholder").attr("dtype", dataType).attr("shape", variable.shape()).output();
      write = assign(tf, placeholder, List.of());
      value = read(tf);
    }

    /** Adds an operation that reads the variable. */
    Output<?> read(GraphWriter writer) {
      return writer.op("ReadVariableOp").inputs(resource).attr("dtype", dataType).output();
    }

    /** Adds an operation that assigns a value after other operations have run. */
    GraphOperation assign(GraphWriter writer, Output<?> newValue, List<Operation> after) {
      return writer
          .op("AssignVariableOp")
          .inputs(resource, newValue)
          .attr("dtype", dataType)
          .after(after)
          .operation();
    }

    /** Returns the placeholder for the value that {@link #write} assigns. */
    Output<?> placeholder() {
      return placeholder;
    }

    /** Returns the operation that assigns the value fed to the placeholder. */
    GraphOperation write() {
      return write;
    }

    /** Returns the tensor from which the host fetches the value. */
    Output<?> value() {
      return value;
    }
  }
}
