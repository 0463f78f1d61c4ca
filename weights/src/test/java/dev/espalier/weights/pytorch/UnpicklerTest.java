package dev.espalier.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles written by hand, in the frame of a file before PyTorch 1.6. */
class UnpicklerTest {
  /** A tensor of two elements from the storage "0", as the value of "w". */
  private static final String TENSOR =
      "\u0080\2}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n("
          + "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0"
          + "0X\3\0\0\0cpuK\2tQ%s\u0089NtRs.";

  @TempDir private Path folder;

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  private Path file(String pickle, String keys, byte... data) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(bytes("\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019."));
    all.writeBytes(bytes("\u0080\2M\u00e9\3."));
    all.writeBytes(bytes("\u0080\2}."));
    all.writeBytes(bytes(pickle));
    all.writeBytes(bytes(keys));
    all.writeBytes(data);
    try {
      return Files.write(folder.resolve("file.pth"), all.toByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Weights load(String pickle) {
    return PyTorchFormat.load(file(pickle, "\u0080\2]."));
  }

  private Weights loadTensor(String offsetSizesStrides) {
    byte[] data = {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40};
    String pickle = TENSOR.replace("%s", offsetSizesStrides);
    return PyTorchFormat.load(file(pickle, "\u0080\2]X\1\0\0\0" + "0a.", data));
  }

  private static void assertInvalid(ThrowingCallable code, String message) {
    assertThatThrownBy(code)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void readsATensor() {
    assertThat(loadTensor("K\0K\2\u0085K\1\u0085").get("w"))
        .isEqualTo(HostArray.wrap(Shape.of(2), 1, 2));
  }

  @ParameterizedTest
  @CsvSource({"os, system", "posix, system", "builtins, eval", "subprocess, Popen", "numpy, dtype"})
  void refusesFunctionsByName(String module, String name) {
    assertInvalid(
        () -> load("\u0080\2c" + module + "\n" + name + "\nX\2\0\0\0ls\u0085R."),
        "names the Python function or class \"" + module + "." + name + "\"");
    String stacked =
        "\u0080\4\u008c" + (char) module.length() + module + "\u008c" + (char) name.length() + name;
    assertInvalid(() -> load(stacked + "\u0093X\2\0\0\0ls\u0085R."), module + "." + name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(ios\nsystem\n.", // INST
        "(NNo.", // OBJ
        "\u0082\1.", // EXT1
        "Pabc\n.", // PERSID
        "\u00ff."
      })
  void refusesInstructionsThatPicklesOfWeightsDoNotHave(String pickle) {
    assertInvalid(() -> load("\u0080\2" + pickle), "there is the instruction");
  }

  @Test
  void refusesTextsThatAreLongerThanTheFile() {
    assertInvalid(
        () -> load("\u0080\2X\u00ff\u00ff\u00ff\u007fa."), "there should be 2147483647 bytes");
    assertInvalid(
        () -> load("\u0080\2X\u00ff\u00ff\u00ff\u00ffa."), "there should be 4294967295 bytes");
  }

  @Test
  void refusesIntegersOfUnreasonableLength() {
    assertInvalid(() -> load("\u0080\2\u008b\0\0\1\0."), "an integer of 65536 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "a.", "s.", "R.", "Q.", "h\7.", "t.", "b.", "Nq\0)R.", "KKs."})
  void refusesStacksThatDoNotFit(String pickle) {
    assertInvalid(() -> load("\u0080\2" + pickle), "not a readable PyTorch file");
  }

  @Test
  void doesNotRecurInListsOfListsOfLists() {
    int depth = 100_000;
    String nested = "]".repeat(depth) + "a".repeat(depth - 1);
    assertInvalid(() -> load("\u0080\2" + nested + "."), "a list of 1 values");
    assertInvalid(
        () -> load("\u0080\2}X\1\0\0\0a" + nested + "s."), "contains no weights where checkpoints");
    assertInvalid(
        () -> load("\u0080\2}" + nested + "K\1s."), "contains no weights where checkpoints");
  }

  @Test
  void limitsTheNumberOfObjects() {
    assertInvalid(
        () -> load("\u0080\2" + "}0".repeat(3_100_000) + "}."), "more than 3000000 objects");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "K\1K\2\u0085K\1\u0085", // starts at the last element
        "K\0K\2\u0085K\2\u0085", // every other
        "K\0K\2K\2\u0086K\2K\1\u0086", // two rows
        "K\3K\1\u0085K\1\u0085",
        "K\0K\2\u0085J\u00ff\u00ff\u00ff\u00ff\u0085" // backwards
      })
  void refusesTensorsBeyondTheirStorage(String view) {
    assertInvalid(() -> loadTensor(view), "goes beyond its 2 stored elements");
  }

  @Test
  void refusesTensorsThatRepeatAnElementTooOften() {
    assertInvalid(
        () -> loadTensor("K\0J\u00ff\u00ff\u00ff\u007f\u0085K\0\u0085"),
        "asks for more than a file");
  }
}
