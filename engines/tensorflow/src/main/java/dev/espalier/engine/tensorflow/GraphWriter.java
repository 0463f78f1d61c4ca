package dev.espalier.engine.tensorflow;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;

/**
 * Adds operations with unique, descriptive names to a TensorFlow graph, all on one device. Not
 * thread-safe.
 */
final class GraphWriter {
  private final Graph graph;
  private final String device;
  private final Map<String, Integer> used = new HashMap<>();
  private final Map<List<Integer>, Output<?>> intVectors = new HashMap<>();
  private final Map<Float, Output<?>> floats = new HashMap<>();
  private String prefix;
  private int count;
  private boolean compiles;

  /**
   * Creates a writer.
   *
   * @param root name scope of all operations; no two writers of a graph may use the same
   * @param device where to place operations, such as {@code /device:GPU:0}; empty to let TensorFlow
   *     choose
   */
  GraphWriter(Graph graph, String root, String device) {
    this.graph = graph;
    this.device = device;
    this.prefix = root;
  }

  /** Sets the name scope of the operations added from now on. */
  void setPrefix(String value) {
    prefix = value;
  }

  /** Returns the number of operations added so far. */
  int count() {
    return count;
  }

  /** Returns whether there are kernels that TensorFlow will compile. */
  boolean compiles() {
    return compiles;
  }

  /** Starts an operation of a TensorFlow op type. */
  OpWriter op(String type) {
    count++;
    return new OpWriter(graph.opBuilder(type, unique(type), graph.baseScope()), device);
  }

  /** Returns a kernel without operations, to which {@link OpWriter#in} adds some. */
  Kernel kernel() {
    compiles = true;
    return new Kernel(unique("kernel"));
  }

  private String unique(String type) {
    String name = prefix + "/" + type;
    int number = used.merge(name, 1, Integer::sum) - 1;
    return number == 0 ? name : name + "_" + number;
  }

  /** Adds an operation with one output and no attributes. */
  Output<?> apply(String type, Output<?>... inputs) {
    return op(type).inputs(inputs).output();
  }

  /** Returns a constant with the elements of an array. */
  Output<?> constant(HostArray value) {
    if (value.elementCount() == 0) {
      // For empty tensors some of TensorFlow's allocators return a null pointer, which its Java API
      // cannot wrap.
      return apply("Fill", ints(value.shape().sizes()), cast(integer(0), value.dataType()));
    }
    try (Tensor tensor = HostTransfer.toTensor(value)) {
      return op("Const")
          .attr("dtype", HostTransfer.dataType(value.dataType()))
          .attr("value", tensor)
          .output();
    }
  }

  /** Returns an int32 vector. */
  Output<?> ints(List<Integer> values) {
    // Not computeIfAbsent: adding the constant modifies other maps of this object.
    Output<?> known = intVectors.get(values);
    if (known == null) {
      int[] elements = values.stream().mapToInt(Integer::intValue).toArray();
      known = constant(HostArray.wrapInts(Shape.of(elements.length), elements));
      intVectors.put(List.copyOf(values), known);
    }
    return known;
  }

  /** Returns an int32 vector. */
  Output<?> ints(int... values) {
    return ints(java.util.Arrays.stream(values).boxed().toList());
  }

  /** Returns an int32 scalar. */
  Output<?> integer(int value) {
    return constant(HostArray.scalar(value));
  }

  /** Returns a float32 scalar. */
  Output<?> number(float value) {
    Output<?> known = floats.get(value);
    if (known == null) {
      known = constant(HostArray.scalar(value));
      floats.put(value, known);
    }
    return known;
  }

  /** Returns the sizes of a tensor's axes, computed when the graph runs. */
  Output<?> sizes(Output<?> x) {
    return apply("Shape", x);
  }

  /** Returns the same elements in another shape, of which one size may be unknown. */
  Output<?> reshape(Output<?> x, Shape shape) {
    return apply("Reshape", x, ints(shape.sizes()));
  }

  /** Casts a tensor to another type. */
  Output<?> cast(Output<?> x, dev.espalier.graph.DataType type) {
    return op("Cast").inputs(x).attr("DstT", HostTransfer.dataType(type)).output();
  }

  /** Returns a reduction over axes, which stay with size 1 if {@code keepDims}. */
  Output<?> reduce(String type, Output<?> x, List<Integer> axes, boolean keepDims) {
    return op(type).inputs(x, ints(axes)).attr("keep_dims", keepDims).output();
  }

  /** Returns the sum of tensors of the same shape. */
  Output<?> sum(List<Output<?>> terms) {
    return switch (terms.size()) {
      case 1 -> terms.get(0);
      case 2 -> apply("AddV2", terms.get(0), terms.get(1));
      default -> op("AddN").inputList(terms).output();
    };
  }

  /**
   * Operations that TensorFlow's compiler XLA makes one of, so that element-wise ones pass over
   * memory once. It takes some 20 ms for each kernel and each shape, when the graph first runs.
   *
   * @param name in the name scope of its operations; appears in traces
   */
  record Kernel(String name) {
    /** Returns an operation with one output and no attributes, as a part of this kernel. */
    Output<?> apply(GraphWriter tf, String type, Output<?>... inputs) {
      return tf.op(type).inputs(inputs).in(this).output();
    }
  }

  /** Collects inputs and attributes of one operation. */
  static final class OpWriter {
    private final GraphOperationBuilder builder;

    private OpWriter(GraphOperationBuilder builder, String device) {
      this.builder = builder;
      if (!device.isEmpty()) {
        builder.setDevice(device);
      }
    }

    OpWriter inputs(Output<?>... inputs) {
      for (Output<?> input : inputs) {
        builder.addInput(input);
      }
      return this;
    }

    OpWriter inputList(List<Output<?>> inputs) {
      builder.addInputList(inputs.toArray(new Output<?>[0]));
      return this;
    }

    OpWriter after(Iterable<? extends Operation> operations) {
      operations.forEach(builder::addControlInput);
      return this;
    }

    /**
     * Makes the operation a part of a kernel; a TensorFlow without XLA runs it by itself. No path
     * from one operation of a kernel to another may leave it.
     */
    OpWriter in(Kernel kernel) {
      return attr("_XlaCluster", kernel.name());
    }

    OpWriter attr(String name, boolean value) {
      builder.setAttr(name, value);
      return this;
    }

    OpWriter attr(String name, float value) {
      builder.setAttr(name, value);
      return this;
    }

    OpWriter attr(String name, long value) {
      builder.setAttr(name, value);
      return this;
    }

    OpWriter longs(String name, long... values) {
      builder.setAttr(name, values);
      return this;
    }

    OpWriter attr(String name, String value) {
      builder.setAttr(name, value);
      return this;
    }

    OpWriter attr(String name, DataType value) {
      builder.setAttr(name, value);
      return this;
    }

    OpWriter attr(String name, Tensor value) {
      builder.setAttr(name, value);
      return this;
    }

    OpWriter attr(String name, Shape value) {
      builder.setAttr(name, HostTransfer.shape(value));
      return this;
    }

    GraphOperation operation() {
      return builder.build();
    }

    Output<?> output() {
      return operation().output(0);
    }

    List<Output<?>> outputs() {
      GraphOperation operation = operation();
      List<Output<?>> outputs = new ArrayList<>();
      for (int i = 0; i < operation.numOutputs(); i++) {
        outputs.add(operation.output(i));
      }
      return outputs;
    }
  }
}
