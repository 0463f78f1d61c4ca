package dev.espalier.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.datasets.files.ReadableSamples;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.MemoryShortage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A heap that is too small is no fault of an image. */
class MemoryShortageTest {
  @Test
  void memoryIsNamedWithWhatToDo() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                MemoryShortage.named(
                    "the image a/photo.jpg",
                    "use fewer workers",
                    () -> {
                      throw new OutOfMemoryError("Java heap space");
                    }))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
        .withMessage(
            String.format(
                Locale.ROOT,
                "There is not enough memory for the image a/photo.jpg in the Java heap of %,d MiB."
                    + " Give Java a larger heap with -Xmx, such as ESPALIER_JAVA_OPTS=-Xmx4g for"
                    + " the espalier command, or use fewer workers. [ESP-801]",
                Runtime.getRuntime().maxMemory() >> 20));
  }

  @Test
  void lackOfMemoryThatAReaderWrapsIsNoDamage() throws Exception {
    byte[] bytes;
    try (InputStream stream = MemoryShortageTest.class.getResourceAsStream("rgb.png")) {
      bytes = stream.readAllBytes();
    }
    IOException wrapped = new IIOException("Caught exception during read", new OutOfMemoryError());

    try (OpenImage picture = OpenImage.open(ImageFormat.PNG, bytes, new FailingProvider(wrapped))) {
      assertThatThrownBy(() -> picture.read(new Pixels(Rgb.WHITE), DamagedImages.READ))
          .isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void lackOfMemoryNeverLeavesASampleOut() {
    Dataset tooLarge =
        dataset(
            index -> {
              throw new EspalierException(ErrorCode.OUT_OF_MEMORY, "Too small.", "Enlarge it.");
            });
    Dataset bare =
        dataset(
            index -> {
              throw new OutOfMemoryError();
            });

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ReadableSamples.of(tooLarge))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
    assertThatThrownBy(() -> ReadableSamples.of(bare)).isInstanceOf(OutOfMemoryError.class);
  }

  /** Two samples, of which the first can be read. */
  private static Dataset dataset(IntFunction<Sample> second) {
    return new Dataset() {
      @Override
      public String name() {
        return "two";
      }

      @Override
      public int size() {
        return 2;
      }

      @Override
      public Sample get(int index) {
        return index == 0
            ? new Sample(Image.wrap(1, 1, 3, new byte[3]), List.of(0))
            : second.apply(index);
      }

      @Override
      public int label(int index) {
        return 0;
      }

      @Override
      public List<String> classNames() {
        return List.of("a", "b");
      }

      @Override
      public Path file(int index) {
        return Path.of(index + ".jpg");
      }
    };
  }

  /** Makes a reader that knows the size of an image, but fails to read it. */
  private static final class FailingProvider extends ImageReaderSpi {
    private final IOException problem;

    FailingProvider(IOException problem) {
      this.problem = problem;
      this.inputTypes = new Class<?>[] {ImageInputStream.class};
    }

    @Override
    public boolean canDecodeInput(Object source) {
      return true;
    }

    @Override
    public String getDescription(Locale locale) {
      return "fails";
    }

    @Override
    public ImageReader createReaderInstance(@Nullable Object extension) {
      return new ImageReader(this) {
        @Override
        public int getNumImages(boolean allowSearch) {
          return 1;
        }

        @Override
        public int getWidth(int imageIndex) {
          return 9;
        }

        @Override
        public int getHeight(int imageIndex) {
          return 6;
        }

        @Override
        public Iterator<ImageTypeSpecifier> getImageTypes(int imageIndex) {
          return List.<ImageTypeSpecifier>of().iterator();
        }

        @Override
        public @Nullable IIOMetadata getStreamMetadata() {
          return null;
        }

        @Override
        public @Nullable IIOMetadata getImageMetadata(int imageIndex) {
          return null;
        }

        @Override
        public BufferedImage read(int imageIndex, ImageReadParam param) throws IOException {
          throw problem;
        }
      };
    }
  }
}
