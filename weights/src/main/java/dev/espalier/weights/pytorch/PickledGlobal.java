package dev.espalier.weights.pytorch;

import dev.espalier.model.StoredType;
import dev.espalier.weights.internal.WeightFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The functions and classes that a pickle may name; each stands for a value of ours. */
enum PickledGlobal {
  ORDERED_DICT("collections.OrderedDict"),
  DEFAULT_DICT("collections.defaultdict"),
  COUNTER("collections.Counter"),
  /** The command line of a training, which timm stores beside the weights. */
  NAMESPACE("argparse.Namespace"),
  TENSOR("torch._utils._rebuild_tensor_v2"),
  OLD_TENSOR("torch._utils._rebuild_tensor"),
  PARAMETER("torch._utils._rebuild_parameter"),
  SIZE("torch.Size"),
  DEVICE("torch.device"),
  FLOAT_STORAGE("torch.FloatStorage", StoredType.F32),
  DOUBLE_STORAGE("torch.DoubleStorage", StoredType.F64),
  HALF_STORAGE("torch.HalfStorage", StoredType.F16),
  BFLOAT16_STORAGE("torch.BFloat16Storage", StoredType.BF16),
  CHAR_STORAGE("torch.CharStorage", StoredType.I8),
  SHORT_STORAGE("torch.ShortStorage", StoredType.I16),
  INT_STORAGE("torch.IntStorage", StoredType.I32),
  LONG_STORAGE("torch.LongStorage", StoredType.I64),
  BYTE_STORAGE("torch.ByteStorage", StoredType.U8),
  BOOL_STORAGE("torch.BoolStorage", StoredType.BOOL),
  /** Types of elements stand as values in the settings of some checkpoints. */
  FLOAT32("torch.float32"),
  FLOAT16("torch.float16"),
  BFLOAT16("torch.bfloat16");

  /** Packages whose classes stand in a file if a whole model was pickled instead of its weights. */
  private static final List<String> MODEL_PACKAGES =
      List.of(
          "torch.nn.",
          "torchvision.",
          "timm.",
          "efficientnet_pytorch.",
          "segmentation_models_pytorch.",
          "ultralytics.",
          "fastai.",
          "__main__.");

  private static final int MOST_AXES = 64;

  private final String path;
  private final @Nullable StoredType type;

  PickledGlobal(String path) {
    this(path, null);
  }

  PickledGlobal(String path, @Nullable StoredType type) {
    this.path = path;
    this.type = type;
  }

  /**
   * Returns what a module's function or class stands for.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_WEIGHT_FILE} for all others, with
   *     their name
   */
  static PickledGlobal named(WeightFile file, String module, String name) {
    String path = module + "." + name;
    for (PickledGlobal global : values()) {
      if (global.path.equals(path)) {
        return global;
      }
    }
    if (MODEL_PACKAGES.stream().anyMatch(path::startsWith)) {
      throw file.refused(
          "contains a whole pickled model (its class is \""
              + path
              + "\"), which only the Python program that wrote it can load",
          "In that program, save the weights alone: torch.save(model.state_dict(), \"weights.pth\").");
    }
    throw file.refused(
        "names the Python function or class \""
            + path
            + "\", which has no place among weights; it was not called",
        "If you trust the origin, save the weights alone in PyTorch:"
            + " torch.save(model.state_dict(), \"weights.pth\"). Otherwise delete the file.");
  }

  /** Returns the type of the elements if this is a kind of storage. */
  StoredType storedType(WeightFile file) {
    if (type == null) {
      throw file.invalid("\"" + path + "\" stands where a kind of storage is expected");
    }
    return type;
  }

  /** Returns what a call of this with arguments would make. */
  Object call(WeightFile file, List<?> arguments) {
    try {
      return switch (this) {
        case ORDERED_DICT, DEFAULT_DICT, COUNTER, NAMESPACE -> new LinkedHashMap<Object, Object>();
        case TENSOR, OLD_TENSOR -> tensor(arguments);
        case PARAMETER -> Objects.requireNonNull((PickledTensor) arguments.get(0));
        case SIZE, DEVICE -> arguments;
        default -> throw new ClassCastException();
      };
    } catch (ClassCastException | NullPointerException | IndexOutOfBoundsException e) {
      throw file.invalid("\"" + path + "\" has other arguments than PyTorch gives it");
    }
  }

  private static PickledTensor tensor(List<?> arguments) {
    PickledStorage storage = (PickledStorage) arguments.get(0);
    long offset = (Long) arguments.get(1);
    List<?> sizes = (List<?>) arguments.get(2);
    List<?> strides = (List<?>) arguments.get(3);
    if (sizes.size() != strides.size() || sizes.size() > MOST_AXES) {
      throw new ClassCastException();
    }
    return new PickledTensor(
        Objects.requireNonNull(storage), offset, numbers(sizes), numbers(strides));
  }

  private static List<Long> numbers(List<?> values) {
    return values.stream().map(Long.class::cast).toList();
  }
}
