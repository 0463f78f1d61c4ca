package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is replaced in graphs that are written by hand. */
class BlockedGraphTest {
  private static final String BLOCKED = "com.microsoft.nchwc";
  private static final int CHANNELS = 32;

  @TempDir private Path folder;

  private final List<FileNode> nodes = new ArrayList<>();

  private static FileNode convolution(String input, String output, long size, long pad) {
    return FileNode.of("Conv", BLOCKED, List.of(input, "kernel"), output)
        .with("kernel_shape", List.of(size, size))
        .with("pads", List.of(pad, pad, pad, pad));
  }

  private static FileNode repetition(String input, String output) {
    return new FileNode(
        FileNode.of("Upsample", BLOCKED, List.of(input), output).message().toBuilder()
            .addField(5, bytes(mode("nearest")))
            .build());
  }

  private static ByteString mode(String value) {
    return UnknownFieldSet.newBuilder()
        .addField(1, FileNode.text(List.of("mode")))
        .addField(4, FileNode.text(List.of(value)))
        .build()
        .toByteString();
  }

  private static Field bytes(ByteString... values) {
    Field.Builder field = Field.newBuilder();
    List.of(values).forEach(field::addLengthDelimited);
    return field.build();
  }

  private BlockedGraph graph(String output) throws IOException {
    ByteString kernel =
        UnknownFieldSet.newBuilder()
            .addField(1, Field.newBuilder().addVarint(CHANNELS).addVarint(8).addVarint(1).build())
            .addField(8, FileNode.text(List.of("kernel")))
            .build()
            .toByteString();
    Field.Builder operations = Field.newBuilder();
    nodes.forEach(node -> operations.addLengthDelimited(node.message().toByteString()));
    ByteString given =
        UnknownFieldSet.newBuilder()
            .addField(1, FileNode.text(List.of(output)))
            .build()
            .toByteString();
    ByteString graph =
        UnknownFieldSet.newBuilder()
            .addField(1, operations.build())
            .addField(5, bytes(kernel))
            .addField(12, bytes(given))
            .build()
            .toByteString();
    Path file = folder.resolve("in.onnx");
    Files.write(
        file,
        UnknownFieldSet.newBuilder()
            .addField(7, bytes(graph))
            .build()
            .toByteString()
            .toByteArray());
    return BlockedGraph.read(file);
  }

  private static List<String> operations(BlockedGraph graph) {
    return graph.nodes().stream().map(FileNode::operation).toList();
  }

  /** The factors of squeeze-and-excitation. */
  private void addFactors() {
    nodes.add(FileNode.of("GlobalAveragePool", BLOCKED, List.of("x"), "mean"));
    nodes.add(convolution("mean", "reduced", 1, 0));
    nodes.add(FileNode.of("QuickGelu", "com.microsoft", List.of("reduced"), "active"));
    nodes.add(FileNode.of("ReorderOutput", BLOCKED, List.of("active"), "ordered"));
    nodes.add(convolution("ordered", "expanded", 1, 0));
    nodes.add(FileNode.of("Sigmoid", "", List.of("expanded"), "factors"));
  }

  @Test
  void aProductWithFactorsOfChannelsBecomesAConvolution() throws IOException {
    for (List<String> order : List.of(List.of("x", "repeated"), List.of("repeated", "x"))) {
      nodes.clear();
      addFactors();
      nodes.add(repetition("factors", "repeated"));
      nodes.add(FileNode.of("Mul", "", order, "y"));
      BlockedGraph graph = graph("y");
      assertThat(graph.scaleByConvolutions()).isEqualTo(1);
      Path changed = folder.resolve("out.onnx");
      graph.write(changed);
      List<FileNode> result = BlockedGraph.read(changed).nodes();
      assertThat(result)
          .extracting(FileNode::operation)
          .containsExactly(
              "GlobalAveragePool",
              "Conv",
              "QuickGelu",
              "ReorderOutput",
              "Conv",
              "Sigmoid",
              "Reshape",
              "Conv");
      FileNode product = result.get(7);
      assertThat(product.inputs()).containsExactly("x", result.get(6).outputs().get(0));
      assertThat(product.outputs()).containsExactly("y");
      assertThat(product.message().getField(3)).isEqualTo(FileNode.text(List.of("y")));
      assertThat(result.get(6).inputs().get(0)).isEqualTo("factors");
    }
  }

  @Test
  void aRepetitionThatIsUsedElsewhereStays() throws IOException {
    addFactors();
    nodes.add(repetition("factors", "repeated"));
    nodes.add(FileNode.of("Mul", "", List.of("x", "repeated"), "y"));
    BlockedGraph graph = graph("repeated");
    assertThat(graph.scaleByConvolutions()).isEqualTo(1);
    assertThat(operations(graph)).contains("Upsample", "Reshape").doesNotContain("Mul");
  }

  @Test
  void imagesOfSeveralPixelsStayFactors() throws IOException {
    nodes.add(convolution("x", "factors", 1, 0));
    assertStays("factors");
    nodes.clear();
    addFactors();
    nodes.add(convolution("factors", "grown", 1, 1));
    assertStays("grown");
    nodes.clear();
    nodes.add(FileNode.of("AveragePool", BLOCKED, List.of("x"), "mean"));
    nodes.add(convolution("mean", "factors", 1, 0));
    assertStays("factors");
  }

  @Test
  void factorsOfAnUnknownNumberOfChannelsStay() throws IOException {
    nodes.add(FileNode.of("GlobalAveragePool", BLOCKED, List.of("x"), "mean"));
    assertStays("mean");
  }

  private void assertStays(String factors) throws IOException {
    nodes.add(repetition(factors, "repeated"));
    nodes.add(FileNode.of("Mul", "", List.of("x", "repeated"), "y"));
    BlockedGraph graph = graph("y");
    assertThat(graph.scaleByConvolutions()).isZero();
    assertThat(operations(graph)).contains("Upsample", "Mul");
  }
}
