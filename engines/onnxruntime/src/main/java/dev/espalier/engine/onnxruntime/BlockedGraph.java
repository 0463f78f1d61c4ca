package dev.espalier.engine.onnxruntime;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX Runtime made of a file for one sample: its convolutions, and what is between them,
 * compute images in a layout of its own, in blocks of channels. Not thread-safe.
 *
 * <p>It has no product of images and a factor for each channel in that layout, so the factors are
 * repeated for each pixel. But for one sample such a product is a depthwise convolution with a
 * kernel of one pixel, which it has, and whose kernel need not be a constant. That is one pass over
 * the images instead of two, and on all threads.
 */
final class BlockedGraph {
  private static final String BLOCKED = "com.microsoft.nchwc";

  /** The numbers of the format's fields: ModelProto, GraphProto, TensorProto. */
  private static final int GRAPH = 7;

  private static final int NODE = 1;
  private static final int CONSTANT = 5;
  private static final int OUTPUT = 12;
  private static final int SIZES = 1;
  private static final int CONSTANT_TYPE = 2;
  private static final int CONSTANT_NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int INT64 = 7;

  /** Operations that give each element another value, whatever the layout. */
  private static final Set<String> OF_ELEMENTS =
      Set.of("Sigmoid", "HardSigmoid", "Relu", "Tanh", "Clip", "QuickGelu");

  /** Operations between the layouts. */
  private static final Set<String> REORDERINGS = Set.of("ReorderInput", "ReorderOutput");

  private static final Set<String> TO_ONE_PIXEL = Set.of("GlobalAveragePool", "GlobalMaxPool");

  private final UnknownFieldSet model;
  private final UnknownFieldSet graph;
  private final List<FileNode> nodes = new ArrayList<>();
  private final Map<String, FileNode> producers = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  /** The sizes of constants. */
  private final Map<String, List<Long>> constants = new HashMap<>();

  /** New constants, the sizes of kernels, and their numbers of channels. */
  private final Map<String, Long> added = new LinkedHashMap<>();

  private BlockedGraph(UnknownFieldSet model) throws IOException {
    this.model = model;
    this.graph = parsed(model.getField(GRAPH).getLengthDelimitedList().get(0));
    for (ByteString bytes : graph.getField(NODE).getLengthDelimitedList()) {
      FileNode node = new FileNode(parsed(bytes));
      nodes.add(node);
      node.outputs().forEach(output -> producers.put(output, node));
      node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
    }
    for (ByteString bytes : graph.getField(CONSTANT).getLengthDelimitedList()) {
      UnknownFieldSet constant = parsed(bytes);
      constants.put(
          constant.getField(CONSTANT_NAME).getLengthDelimitedList().get(0).toStringUtf8(),
          constant.getField(SIZES).getVarintList());
    }
    for (ByteString bytes : graph.getField(OUTPUT).getLengthDelimitedList()) {
      uses.merge(
          parsed(bytes).getField(1).getLengthDelimitedList().get(0).toStringUtf8(),
          1,
          Integer::sum);
    }
  }

  /** Reads a file that ONNX Runtime wrote. */
  static BlockedGraph read(Path file) throws IOException {
    return new BlockedGraph(parsed(UnsafeByteOperations.unsafeWrap(Files.readAllBytes(file))));
  }

  /** Returns the operations, in order. */
  List<FileNode> nodes() {
    return List.copyOf(nodes);
  }

  /** Returns the fields of a message, which share its memory: most of it are kernels. */
  private static UnknownFieldSet parsed(ByteString bytes) throws IOException {
    CodedInputStream stream = bytes.newCodedInput();
    stream.enableAliasing(true);
    return UnknownFieldSet.newBuilder().mergeFrom(stream).build();
  }

  /**
   * Takes convolutions in place of the products of images and repeated factors.
   *
   * @return the number of products that were replaced
   */
  int scaleByConvolutions() {
    List<FileNode> changed = new ArrayList<>();
    int count = 0;
    for (FileNode node : nodes) {
      FileNode repeated = factors(node);
      long channels = repeated == null ? 0 : channels(repeated.inputs().get(0));
      if (repeated == null || channels == 0) {
        changed.add(node);
        continue;
      }
      count++;
      String factors = repeated.inputs().get(0);
      String kernel = node.outputs().get(0) + "/kernel";
      boolean first = node.inputs().get(0).equals(repeated.outputs().get(0));
      String images = node.inputs().get(first ? 1 : 0);
      changed.add(FileNode.of("Reshape", "", List.of(factors, sizes(channels)), kernel));
      changed.add(
          FileNode.of("Conv", BLOCKED, List.of(images, kernel), node.outputs().get(0))
              .namedAs(node)
              .with("group", channels)
              .with("kernel_shape", List.of(1L, 1L))
              .with("strides", List.of(1L, 1L))
              .with("dilations", List.of(1L, 1L))
              .with("pads", List.of(0L, 0L, 0L, 0L)));
      uses.merge(repeated.outputs().get(0), -1, Integer::sum);
    }
    changed.removeIf(
        node -> isRepetition(node) && uses.getOrDefault(node.outputs().get(0), 0) == 0);
    nodes.clear();
    nodes.addAll(changed);
    return count;
  }

  /** Returns what repeats the factors that a node multiplies images by, or null. */
  private @Nullable FileNode factors(FileNode node) {
    if (!node.is("Mul", "")) {
      return null;
    }
    return node.inputs().stream()
        .map(producers::get)
        .filter(producer -> producer != null && isRepetition(producer))
        .findFirst()
        .orElse(null);
  }

  /** Returns whether a node repeats a single pixel. */
  private boolean isRepetition(FileNode node) {
    return node.is("Upsample", BLOCKED)
        && node.text("mode").equals("nearest")
        && isOnePixel(node.inputs().get(0));
  }

  private boolean isOnePixel(String value) {
    FileNode producer = producers.get(value);
    if (producer == null) {
      return false;
    }
    boolean keepsPixels =
        OF_ELEMENTS.contains(producer.operation())
            || REORDERINGS.contains(producer.operation())
            || (producer.is("Conv", BLOCKED)
                && producer.numbers("kernel_shape").equals(List.of(1L, 1L))
                && producer.numbers("pads").stream().allMatch(pad -> pad == 0));
    return keepsPixels
        ? isOnePixel(producer.inputs().get(0))
        : TO_ONE_PIXEL.contains(producer.operation());
  }

  /** Returns the number of channels with those that fill the last block, or 0 if not known. */
  private long channels(String value) {
    FileNode producer = producers.get(value);
    if (producer != null && OF_ELEMENTS.contains(producer.operation())) {
      return channels(producer.inputs().get(0));
    }
    if (producer == null || !producer.is("Conv", BLOCKED)) {
      return 0;
    }
    List<Long> kernel = constants.getOrDefault(producer.inputs().get(1), List.of());
    return kernel.isEmpty() ? 0 : kernel.get(0);
  }

  /** Returns the name of the sizes of a kernel with a factor for each channel. */
  private String sizes(long channels) {
    String name = "espalier/factors of " + channels + " channels";
    added.put(name, channels);
    return name;
  }

  private static ByteString constant(String name, long channels) {
    ByteBuffer sizes = ByteBuffer.allocate(4 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    sizes.putLong(channels).putLong(1).putLong(1).putLong(1).flip();
    return UnknownFieldSet.newBuilder()
        .addField(SIZES, Field.newBuilder().addVarint(4).build())
        .addField(CONSTANT_TYPE, Field.newBuilder().addVarint(INT64).build())
        .addField(CONSTANT_NAME, FileNode.text(List.of(name)))
        .addField(
            RAW_DATA, Field.newBuilder().addLengthDelimited(ByteString.copyFrom(sizes)).build())
        .build()
        .toByteString();
  }

  /** Writes a file for ONNX Runtime to compute as it is. */
  void write(Path file) throws IOException {
    Field.Builder changed = Field.newBuilder();
    nodes.forEach(node -> changed.addLengthDelimited(node.message().toByteString()));
    Field.Builder constantsOfFile = Field.newBuilder().mergeFrom(graph.getField(CONSTANT));
    added.forEach((name, channels) -> constantsOfFile.addLengthDelimited(constant(name, channels)));
    UnknownFieldSet result =
        graph.toBuilder()
            .clearField(NODE)
            .clearField(CONSTANT)
            .addField(NODE, changed.build())
            .addField(CONSTANT, constantsOfFile.build())
            .build();
    try (OutputStream stream = Files.newOutputStream(file)) {
      CodedOutputStream coded = CodedOutputStream.newInstance(stream);
      model.toBuilder().clearField(GRAPH).build().writeTo(coded);
      coded.writeTag(GRAPH, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      coded.writeUInt32NoTag(result.getSerializedSize());
      result.writeTo(coded);
      coded.flush();
    }
  }
}
