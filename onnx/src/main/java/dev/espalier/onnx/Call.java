package dev.espalier.onnx;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A primitive to express: its inputs, the types of its outputs, and what to write to. Not
 * thread-safe.
 */
final class Call {
  private static final List<Integer> TO_CHANNELS_FIRST = List.of(0, 3, 1, 2);
  private static final List<Integer> TO_CHANNELS_LAST = List.of(0, 2, 3, 1);

  private final GraphFile file;
  private final String scope;
  private final List<Value> inputs;
  private final List<TensorType> types;
  private final boolean onlyUse;

  /**
   * Prepares a call.
   *
   * @param scope name of the layer
   * @param onlyUse whether nothing else uses the first two inputs
   */
  Call(GraphFile file, String scope, Op op, List<Value> inputs, boolean onlyUse) {
    this.file = file;
    this.scope = scope;
    this.inputs = inputs;
    this.types = op.infer(inputs.stream().map(Value::type).toList());
    this.onlyUse = onlyUse;
  }

  GraphFile file() {
    return file;
  }

  String scope() {
    return scope;
  }

  Value input(int position) {
    return inputs.get(position);
  }

  List<Value> inputs() {
    return inputs;
  }

  /** Returns the type of the first output. */
  TensorType type() {
    return types.get(0);
  }

  /** Returns whether what computed the inputs may be changed, because nothing else uses them. */
  boolean isOnlyUse() {
    return onlyUse;
  }

  /** Returns the output of another primitive, for rules that are made of others. */
  Value apply(Op op, Value... arguments) {
    return new Call(file, scope, op, List.of(arguments), false).export(op).get(0);
  }

  List<Value> export(Op op) {
    List<HostArray> known =
        inputs.stream().flatMap(input -> Stream.ofNullable(input.constant())).toList();
    if (!inputs.isEmpty() && known.size() == inputs.size()) {
      HostArray folded = ConstantFolding.fold(op, known, type());
      if (folded != null) {
        return List.of(Value.constant(folded, inputs.get(0).hint()));
      }
    }
    return ExportRules.all().export(op, this);
  }

  /** Returns the name of a value in the order of the program. */
  String plain(Value value) {
    String name = value.plain;
    if (name != null) {
      return name;
    }
    HostArray constant = value.constant();
    String other = value.channelsFirst;
    PixelRows rows = value.rows;
    if (constant != null) {
      name = file.constant(value.hint(), constant);
    } else if (other != null) {
      name = transpose(other, TO_CHANNELS_LAST);
    } else if (rows != null) {
      name = rows.plain(this);
    } else {
      throw new IllegalStateException("a value without a name");
    }
    value.plain = name;
    return name;
  }

  /** Returns the name of images with the channels first. */
  String channelsFirst(Value value) {
    String name = value.channelsFirst;
    if (name != null) {
      return name;
    }
    HostArray constant = value.constant();
    name =
        constant == null
            ? transpose(plain(value), TO_CHANNELS_FIRST)
            : file.constant(value.hint(), ConstantFolding.transpose(constant, TO_CHANNELS_FIRST));
    value.channelsFirst = name;
    return name;
  }

  private String transpose(String name, List<Integer> permutation) {
    return file.add("Transpose", scope, List.of(name)).with("perm", permutation).output();
  }

  /** Returns the name of a value in the order that it has anyway. */
  String either(Value value) {
    return value.isChannelsFirst() ? channelsFirst(value) : plain(value);
  }

  /**
   * Returns the names of values that are broadcast together, with the channels first if one is
   * known so only, or null if they cannot be put into that order.
   */
  @Nullable List<String> broadcastChannelsFirst(List<Value> values) {
    if (type().shape().rank() != 4 || values.stream().noneMatch(Value::isChannelsFirst)) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (Value value : values) {
      int rank = value.rank();
      if (rank > 0 && rank < 4 && !value.type().shape().isStatic()) {
        return null;
      }
      names.add(rank == 0 ? plain(value) : channelsFirst(images(value)));
    }
    return names;
  }

  /** Returns a value with four axes, as broadcasting adds them. */
  private Value images(Value value) {
    Shape shape = value.type().shape();
    while (shape.rank() < 4) {
      shape = shape.withBatch(1);
    }
    return shape.rank() == value.rank() ? value : apply(new Op.Reshape(shape), value);
  }

  /** Returns the position of an axis of the program where {@code value} has it. */
  static int axis(Value value, int axis) {
    int counted = value.type().shape().normalizeAxis(axis);
    return value.isChannelsFirst() ? TO_CHANNELS_LAST.get(counted) : counted;
  }

  /** Returns what is given for each axis of the program, with the channels first. */
  static <T> List<T> channelsFirst(List<T> byAxis) {
    return TO_CHANNELS_FIRST.stream().map(byAxis::get).toList();
  }

  /** Adds an operation with a result in the order of the program. */
  OnnxNode node(String operation, String... takes) {
    return file.add(operation, scope, List.of(takes));
  }

  /** Returns the first output as what an operation computes, in the order of the program. */
  Value plainResult(OnnxNode node) {
    return Value.plain(type(), node.output());
  }

  /** Returns the first output as images that an operation computes with the channels first. */
  Value channelsFirstResult(OnnxNode node) {
    Value value = Value.channelsFirst(type(), node.output());
    value.producer = node;
    return value;
  }

  /** Returns the first output in the order of one of the inputs. */
  Value resultLike(Value input, OnnxNode node) {
    return input.isChannelsFirst() ? channelsFirstResult(node) : plainResult(node);
  }

  /** Returns the name of a single number. */
  String number(float value) {
    return file.constant(scope.isEmpty() ? "number" : scope + "/number", HostArray.scalar(value));
  }

  /** Returns the name of a list of sizes. */
  String sizes(List<Integer> values) {
    return file.sizes(
        scope.isEmpty() ? "sizes" : scope + "/sizes",
        values.stream().mapToLong(Integer::longValue).toArray());
  }
}
