package dev.espalier.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Image;
import dev.espalier.error.EspalierException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCacheTest {
  @TempDir Path temporary;

  private Path picture;
  private ImageDecoder decoder;

  @BeforeEach
  void writePicture() throws IOException {
    picture = temporary.resolve("a.png");
    write(7);
    decoder = ImageDecoder.standard().cachedIn(folder());
  }

  private void write(int rgb) throws IOException {
    BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, rgb);
    ImageIO.write(image, "png", picture.toFile());
  }

  private Path folder() {
    return temporary.resolve("cache");
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void pixelsAreThoseOfTheDecoderTheFirstTimeAndLater() throws IOException {
    Image expected = ImageDecoder.standard().read(picture);

    assertThat(decoder.read(picture)).isEqualTo(expected);
    assertThat(kept()).hasSize(1);
    assertThat(decoder.read(picture)).isEqualTo(expected);
    assertThat(kept()).hasSize(1);
  }

  @Test
  void whatIsKeptIsNotDecodedAgain() throws IOException {
    decoder.read(picture);
    Image other = Image.wrap(1, 1, 3, new byte[] {1, 2, 3});
    new ImageCache(folder()).keep(kept().get(0), other);

    assertThat(decoder.read(picture)).isEqualTo(other);
  }

  @Test
  void changedFileIsDecodedAnew() throws IOException {
    decoder.read(picture);
    write(9);

    assertThat(decoder.read(picture)).isEqualTo(ImageDecoder.standard().read(picture));
    assertThat(kept()).hasSize(2);
  }

  @Test
  void otherSettingsHaveOtherPixels() throws IOException {
    decoder.read(picture);
    decoder.background(1, 2, 3).read(picture);
    decoder.upright(false).read(picture);

    assertThat(kept()).hasSize(3);
  }

  @Test
  void copyUnderAnotherNameIsTheSamePicture() throws IOException {
    decoder.read(picture);
    decoder.read(Files.copy(picture, temporary.resolve("b.jpg")));

    assertThat(kept()).hasSize(1);
  }

  @Test
  void damagedPixelsAreMadeAgain() throws IOException {
    Image expected = decoder.read(picture);
    Path place = kept().get(0);
    byte[] whole = Files.readAllBytes(place);
    byte[] changed = whole.clone();
    changed[whole.length - 1]++;
    byte[] huge = whole.clone();
    Arrays.fill(huge, 4, 12, (byte) 0x7f);
    for (byte[] damaged :
        List.of(new byte[0], Arrays.copyOf(whole, 10), Arrays.copyOf(whole, 30), changed, huge)) {
      Files.write(place, damaged);

      assertThat(decoder.read(picture)).isEqualTo(expected);
      assertThat(place).hasBinaryContent(whole);
    }
  }

  @Test
  void limitHoldsForWhatIsKeptToo() {
    decoder.read(picture);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> decoder.pixelLimit(11).read(picture))
        .withMessageContaining("more than the limit of 11");
  }

  @Test
  void damagedPictureLeavesNothingBehind() throws IOException {
    Files.write(picture, new byte[] {1, 2, 3});

    assertThatExceptionOfType(EspalierException.class).isThrownBy(() -> decoder.read(picture));
    assertThat(folder()).doesNotExist();
  }

  @Test
  void threadsMayShareAFolder() throws Exception {
    Image expected = ImageDecoder.standard().read(picture);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Image> reading = () -> ImageDecoder.standard().cachedIn(folder()).read(picture);
      for (Future<Image> read : threads.invokeAll(Collections.nCopies(40, reading))) {
        assertThat(read.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(kept()).hasSize(1);
  }

  @Test
  void folderThatCannotBeWrittenIsSaidOnceAndDoneWithout() throws IOException {
    Image expected = ImageDecoder.standard().read(picture);
    Files.write(folder(), new byte[1]);

    List<String> warnings =
        warningsOf(
            () -> {
              assertThat(decoder.read(picture)).isEqualTo(expected);
              assertThat(decoder.read(picture)).isEqualTo(expected);
            });

    assertThat(warnings)
        .containsExactly(
            "The image cache "
                + folder()
                + " cannot be written: Not a directory. Images are decoded each time. Check"
                + " permissions and free space, or set another folder.");
  }

  private static List<String> warningsOf(Runnable task) {
    List<String> messages = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            messages.add(MessageFormat.format(record.getMessage(), record.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(ImageCache.class.getName());
    logger.addHandler(handler);
    try {
      task.run();
    } finally {
      logger.removeHandler(handler);
    }
    return messages;
  }

  @Test
  void folderThatIsFullLaterIsStillReadFrom() throws IOException {
    decoder.read(picture);
    Image other = Image.wrap(1, 1, 3, new byte[] {1, 2, 3});
    new ImageCache(folder()).keep(kept().get(0), other);
    Files.delete(folder().resolve("unfinished"));
    Files.write(folder().resolve("unfinished"), new byte[1]);

    assertThat(decoder.read(picture)).isEqualTo(other);
    write(9);
    assertThat(decoder.read(picture)).isEqualTo(ImageDecoder.standard().read(picture));
  }

  @Test
  void filesThatKilledProcessesLeftAreRemoved() throws IOException {
    Path unfinished = Files.createDirectories(folder().resolve("unfinished"));
    Path ofNobody = Files.write(unfinished.resolve("999999999999-1.part"), new byte[9]);
    Path ofAnOldNumber =
        Files.write(unfinished.resolve(ProcessHandle.current().pid() + "-1.part"), new byte[9]);
    Files.setLastModifiedTime(
        ofAnOldNumber, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path inUse =
        Files.write(unfinished.resolve(ProcessHandle.current().pid() + "-2.part"), new byte[9]);

    decoder.read(picture);

    assertThat(ofNobody).doesNotExist();
    assertThat(ofAnOldNumber).doesNotExist();
    assertThat(inUse).exists();
    assertThat(kept()).hasSize(2);
  }

  @Test
  void filesThatEarlierVersionsLeftBesideImagesAreRemoved() throws IOException {
    decoder.read(picture);
    Path image = kept().get(0);
    Path old = Files.write(image.resolveSibling(".123.tmp"), new byte[9]);
    Path elsewhere =
        Files.write(Files.createDirectories(folder().resolve("zz")).resolve(".1.tmp"), new byte[9]);
    for (Path file : List.of(image, old, elsewhere)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
    Path young = Files.write(image.resolveSibling(".456.tmp"), new byte[9]);

    write(9);
    ImageDecoder.standard().cachedIn(folder()).read(picture);

    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(image).exists();
    assertThat(elsewhere).exists();
  }
}
