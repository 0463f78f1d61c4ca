package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads groups, strings and arrays from an HDF5 file that may be damaged or malicious: sizes are
 * checked against the file size before memory is allocated, and links are not followed. Remembers
 * the current path for error messages. Not thread-safe.
 */
final class Hdf5Nodes {
  /** Far more names of layers and weights than the deepest models have. */
  private static final int MOST_STRINGS = 1_000_000;

  private static final int MOST_AXES = 8;

  /** The largest accepted compression ratio; beyond it, a small file could request all memory. */
  private static final long LARGEST_RATIO = 100;

  private final String file;
  private final long fileBytes;
  private long declaredBytes;
  private String place = "/";

  Hdf5Nodes(String file, long fileBytes) {
    this.file = file;
    this.fileBytes = fileBytes;
  }

  /**
   * Returns the size of the file, or that of the arrays declared so far if it is larger, in bytes.
   */
  long bytes() {
    return Math.max(fileBytes, declaredBytes);
  }

  /** Returns the path of the node that was accessed last. */
  String place() {
    return place;
  }

  EspalierException invalid(String problem, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The file "
            + file
            + " is not a readable Keras weight file: at "
            + place
            + ", "
            + problem
            + ".",
        "Download it again and compare its checksum, or save it again in Keras.",
        cause);
  }

  /** Returns a node by its path in a group, which may go down several levels. */
  Node child(Group group, String path) {
    Node node = group;
    for (String name : path.split("/")) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      place = node.getPath();
      if (!(node instanceof Group parent)) {
        throw invalid("there is an array where a group is expected", null);
      }
      Node next = parent.getChildren().get(name);
      if (next == null) {
        throw invalid("there is no \"" + name + "\", although the file lists it", null);
      }
      place = next.getPath();
      if (next.isLink()) {
        throw invalid("there is a link, which weight files do not use", null);
      }
      node = next;
    }
    return node;
  }

  Group group(Group parent, String path) {
    if (child(parent, path) instanceof Group group) {
      return group;
    }
    throw invalid("there is an array where a group is expected", null);
  }

  /**
   * Returns a list of strings, null if it is missing. Keras splits long lists into numbered
   * attributes.
   */
  @Nullable List<String> strings(Node node, String name) {
    place = node.getPath();
    Attribute whole = node.getAttributes().get(name);
    if (whole != null) {
      return strings(whole);
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; ; i++) {
      Attribute part = node.getAttributes().get(name + i);
      if (part == null) {
        return i == 0 ? null : all;
      }
      all.addAll(strings(part));
    }
  }

  private List<String> strings(Attribute attribute) {
    long count = attribute.getSize();
    if (count < 0 || count > Math.min(MOST_STRINGS, fileBytes)) {
      throw invalid(
          "the attribute \"" + attribute.getName() + "\" claims " + count + " texts", null);
    }
    if (count == 0) {
      return List.of(); // An empty list is written as an empty numeric array.
    }
    Object data = attribute.getData();
    if (data instanceof String single) {
      return List.of(single);
    }
    if (data instanceof String[] many) {
      return Arrays.asList(many);
    }
    throw invalid("the attribute \"" + attribute.getName() + "\" does not hold strings", null);
  }

  HostArray array(Group parent, String path) {
    if (!(child(parent, path) instanceof Dataset dataset)) {
      throw invalid("there is a group where an array is expected", null);
    }
    Shape shape = shape(dataset);
    int count = (int) shape.elementCount();
    int size = dataset.getDataType().getSize();
    if (count > 0 && dataset.isEmpty()) {
      throw invalid("the array was never written", null);
    }
    if (dataset.getDataType() instanceof FloatingPoint) {
      if (size == Float.BYTES && dataset instanceof ContiguousDataset contiguous && count > 0) {
        float[] values = new float[count];
        contiguous.getBuffer().asFloatBuffer().get(values);
        return HostArray.wrap(shape, values);
      }
      float[] values = new float[count];
      Object flat = count == 0 ? values : dataset.getDataFlat();
      for (int i = 0; i < count; i++) {
        values[i] = ((Number) Array.get(flat, i)).floatValue();
      }
      return HostArray.wrap(shape, values);
    }
    if (dataset.getDataType() instanceof FixedPoint) {
      int[] values = new int[count];
      Object flat = count == 0 ? values : dataset.getDataFlat();
      for (int i = 0; i < count; i++) {
        values[i] = Math.toIntExact(((Number) Array.get(flat, i)).longValue());
      }
      return HostArray.wrapInts(shape, values);
    }
    throw invalid("there are elements that are not numbers", null);
  }

  private Shape shape(Dataset dataset) {
    long[] sizes = dataset.getDimensionsAsLong();
    int size = dataset.getDataType().getSize();
    if (sizes.length > MOST_AXES || size < 1 || size > Double.BYTES) {
      throw invalid(
          "there is an array of " + sizes.length + " axes with elements of " + size + " bytes",
          null);
    }
    long allowed = fileBytes;
    if (!(dataset instanceof ContiguousDataset)) {
      allowed = Math.multiplyExact(fileBytes, LARGEST_RATIO);
    }
    long bytes = size;
    for (long axis : sizes) {
      if (axis < 0 || (axis > 0 && bytes > Integer.MAX_VALUE / axis)) {
        throw tooLarge(sizes);
      }
      bytes *= axis;
    }
    declaredBytes += bytes;
    // The sum counts too, because many arrays could refer to the same bytes of the file.
    if (bytes > allowed || declaredBytes > allowed) {
      throw tooLarge(sizes);
    }
    return Shape.of(Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray());
  }

  private EspalierException tooLarge(long[] sizes) {
    return invalid(
        "the array claims the shape "
            + Arrays.toString(sizes)
            + ", more than a file of "
            + fileBytes
            + " bytes can hold",
        null);
  }
}
