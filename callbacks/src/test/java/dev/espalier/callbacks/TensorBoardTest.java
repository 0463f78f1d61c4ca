package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Event files, read with a reader of protocol buffers that knows nothing of their writer. */
class TensorBoardTest {
  @TempDir private Path folder;

  private final FakeTrainingControl control =
      FakeTrainingControl.withLearningRate(0.5)
          .weights(Weights.of(Map.of("dense/kernel", HostArray.wrap(Shape.of(4), -1, 0, 0.5f, 2))));

  /** Fields of a protocol buffer: a number with its type, and the value as bytes or a number. */
  private record Field(int number, Object value) {
    static List<Field> of(ByteBuffer bytes) {
      List<Field> fields = new ArrayList<>();
      while (bytes.hasRemaining()) {
        long key = varint(bytes);
        Object value =
            switch ((int) (key & 7)) {
              case 0 -> varint(bytes);
              case 1 -> bytes.getDouble();
              case 2 -> slice(bytes, (int) varint(bytes));
              case 5 -> bytes.getFloat();
              default -> throw new IllegalStateException("type " + (key & 7));
            };
        fields.add(new Field((int) (key >> 3), value));
      }
      return fields;
    }

    private static ByteBuffer slice(ByteBuffer bytes, int length) {
      ByteBuffer slice = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.position(bytes.position() + length);
      return slice;
    }

    private static long varint(ByteBuffer bytes) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    List<Field> message() {
      return of(((ByteBuffer) value).duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }

    String text() {
      return StandardCharsets.UTF_8.decode(((ByteBuffer) value).duplicate()).toString();
    }
  }

  private static Field field(List<Field> message, int number) {
    return message.stream().filter(field -> field.number() == number).findFirst().orElseThrow();
  }

  /** Returns the events of the only file of a split, whose checksums are right. */
  private List<List<Field>> events(String split) throws IOException {
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve(split))) {
      file = files.findFirst().orElseThrow();
    }
    assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
    byte[] all = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    List<List<Field>> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int start = bytes.position();
      long length = bytes.getLong();
      assertThat(bytes.getInt()).isEqualTo(masked(all, start, 8));
      int content = bytes.position();
      events.add(Field.of(Field.slice(bytes, (int) length)));
      assertThat(bytes.getInt()).isEqualTo(masked(all, content, (int) length));
    }
    return events;
  }

  private static int masked(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length);
    long value = crc.getValue();
    return (int) ((((value >> 15) | (value << 17)) + 0xa282ead8L) & 0xffffffffL);
  }

  /** Returns the scalars of a split, such as {@code epoch_loss@3=0.5}. */
  private List<String> scalars(String split) throws IOException {
    List<String> found = new ArrayList<>();
    for (List<Field> event : events(split).subList(1, events(split).size())) {
      List<Field> value = field(field(event, 5).message(), 1).message();
      if (value.stream().anyMatch(field -> field.number() == 2)) {
        found.add(
            field(value, 1).text() + "@" + field(event, 2).value() + "=" + field(value, 2).value());
      }
    }
    return found;
  }

  private void step(TensorBoard callback, double loss) {
    callback.onTrainBatchBegin(new Callback.BatchBegin(control, 0));
    callback.onTrainBatchEnd(new Callback.BatchEnd(control, 0, 1, new Logs(Map.of("loss", loss))));
  }

  @Test
  void writesTheValuesOfEpochsForTrainingAndValidation() throws Exception {
    TensorBoard callback = TensorBoard.to(folder);
    control.beginTraining(callback);
    Map<String, Double> logs = Map.of("loss", 0.5, "val_loss", 0.75, "learning_rate", 0.1);
    callback.onEpochEnd(new Callback.EpochEnd(control, 0, new Logs(logs)));
    callback.onEpochEnd(new Callback.EpochEnd(control, 300, new Logs(logs)));
    control.endTraining(callback);

    assertThat(field(events("train").get(0), 3).text()).isEqualTo("brain.Event:2");
    assertThat((double) field(events("train").get(0), 1).value()).isGreaterThan(1.7e9);
    assertThat(scalars("train"))
        .containsExactly(
            "epoch_learning_rate@0=0.1",
            "epoch_loss@0=0.5",
            "epoch_learning_rate@300=0.1",
            "epoch_loss@300=0.5");
    assertThat(scalars("validation")).containsExactly("epoch_loss@0=0.75", "epoch_loss@300=0.75");
  }

  @Test
  void writesEverySoManyStepsCountedThroughEpochsAndInterruptions() throws Exception {
    TensorBoard before = TensorBoard.to(folder.resolve("before")).everySteps(2);
    control.beginTraining(before);
    step(before, 3);
    TensorBoard callback = TensorBoard.to(folder).everySteps(2);
    control.beginTraining(callback);
    callback.restoreState(before.state());
    step(callback, 2);
    step(callback, 1);
    control.endTraining(callback);
    control.endTraining(before);

    assertThat(scalars("train")).containsExactly("batch_loss@2=2.0", "batch_learning_rate@2=0.5");
  }

  @Test
  void writesHistogramsOfWeightsWhoseBucketsHoldAllElements() throws Exception {
    TensorBoard callback = TensorBoard.to(folder).histogramsEvery(2);
    control.beginTraining(callback);
    control.endEpoch(callback, Map.of());
    control.endEpoch(callback, Map.of());
    control.endTraining(callback);

    List<List<Field>> events = events("train");
    assertThat(events).hasSize(2);
    List<Field> value = field(field(events.get(1), 5).message(), 1).message();
    assertThat(field(value, 1).text()).isEqualTo("dense/kernel");
    List<Field> histogram = field(value, 5).message();
    assertThat(Stream.of(1, 2, 3, 4, 5).map(number -> field(histogram, number).value()).toList())
        .isEqualTo(List.of(-1.0, 2.0, 4.0, 1.5, 5.25));
    double[] limits = doubles(field(histogram, 6));
    double[] counts = doubles(field(histogram, 7));
    assertThat(limits).hasSameSizeAs(counts).isSorted().endsWith(2.0);
    assertThat(Arrays.stream(counts).sum()).isEqualTo(4);
  }

  private static double[] doubles(Field packed) {
    ByteBuffer bytes = ((ByteBuffer) packed.value()).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  /** Returns the images of a split with their tags and steps, decoded by Java's own reader. */
  private Map<String, BufferedImage> images(String split) throws IOException {
    Map<String, BufferedImage> found = new LinkedHashMap<>();
    for (List<Field> event : events(split).subList(1, events(split).size())) {
      List<Field> value = field(field(event, 5).message(), 1).message();
      if (value.stream().anyMatch(field -> field.number() == 4)) {
        List<Field> image = field(value, 4).message();
        ByteBuffer png = (ByteBuffer) field(image, 4).value();
        byte[] bytes = new byte[png.remaining()];
        png.duplicate().get(bytes);
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(bytes));
        assertThat(field(image, 1).value()).isEqualTo((long) decoded.getHeight());
        assertThat(field(image, 2).value()).isEqualTo((long) decoded.getWidth());
        assertThat(field(image, 3).value())
            .isEqualTo((long) decoded.getColorModel().getNumComponents());
        found.put(field(value, 1).text() + "@" + field(event, 2).value(), decoded);
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void writesTheFirstInputImagesOfEachEpoch(int channels) throws Exception {
    byte[] pixels = new byte[3 * 2 * 5 * channels];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 7);
    }
    HostArray images = HostArray.wrapBytes(Shape.of(3, 2, 5, channels), pixels);
    HostArray labels = HostArray.wrapInts(Shape.of(3), 0, 1, 2);
    control.batch(new ObservedBatch(Map.of("image", images, "label", labels), Map.of()));
    TensorBoard callback = TensorBoard.to(folder).images(2);
    control.beginTraining(callback);
    callback.onEpochBegin(new Callback.EpochBegin(control, 4));
    step(callback, 1);
    callback.onTrainBatchEnd(new Callback.BatchEnd(control, 1, 1, Logs.empty()));
    control.endTraining(callback);

    assertThat(callback.observedBatch().inputs()).isTrue();
    Map<String, BufferedImage> found = images("train");
    assertThat(found).containsOnlyKeys("input_images/0@4", "input_images/1@4");
    int[] decoded = found.get("input_images/1@4").getRaster().getPixels(0, 0, 5, 2, (int[]) null);
    for (int i = 0; i < decoded.length; i++) {
      assertThat(decoded[i]).as("element " + i).isEqualTo(pixels[2 * 5 * channels + i] & 0xff);
    }
  }

  @Test
  void observesNothingWithoutImages() {
    assertThat(TensorBoard.to(folder).observedBatch()).isEqualTo(BatchObservation.nothing());
  }

  @Test
  void rejectsAFolderThatCannotBeMadeBeforeTheFirstStep() throws Exception {
    Files.writeString(folder.resolve("train"), "a file");

    assertThatThrownBy(() -> control.beginTraining(TensorBoard.to(folder)))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .hasMessageStartingWith("TensorBoard cannot write to " + folder);
  }

  @Test
  void rejectsNegativeNumbers() {
    assertThatThrownBy(() -> TensorBoard.to(folder).everySteps(-1))
        .hasMessage(
            "TensorBoard does not work with a number of steps of -1. Give 1 or more, or 0 for"
                + " none. [ESP-401]");
    assertThatThrownBy(() -> TensorBoard.to(folder).histogramsEvery(-1))
        .hasMessageContaining("a number of epochs of -1");
    assertThatThrownBy(() -> TensorBoard.to(folder).images(-1))
        .hasMessageContaining("a number of images of -1");
    assertThatThrownBy(() -> TensorBoard.to(Path.of("")))
        .hasMessageStartingWith("The folder of TensorBoard has no name.");
  }
}
