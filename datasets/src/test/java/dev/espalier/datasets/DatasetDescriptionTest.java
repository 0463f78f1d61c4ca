package dev.espalier.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.DatasetDescription.ClassCount;
import dev.espalier.datasets.DatasetDescription.Duplicates;
import dev.espalier.datasets.DatasetDescription.Leak;
import dev.espalier.datasets.DatasetDescription.Range;
import dev.espalier.datasets.files.ImagesForTests;
import dev.espalier.datasets.files.ReadableSamples;
import dev.espalier.datasets.files.UnreadableImages;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetDescriptionTest {
  @TempDir Path folder;

  private static Sample grey(int width, int value, int label) {
    byte[] pixels = new byte[width];
    pixels[0] = (byte) value;
    return new Sample(Image.wrap(1, width, 1, pixels), label);
  }

  @Test
  void classesSizesAndModesAreCounted() {
    Dataset dataset =
        Datasets.of(
            "lines",
            List.of("a", "b", "c"),
            List.of(grey(1, 1, 0), grey(2, 2, 0), grey(9, 3, 1), grey(2, 4, 0)));

    DatasetDescription description = DatasetDescription.of(dataset);

    assertThat(description.name()).isEqualTo("lines");
    assertThat(description.samples()).isEqualTo(4);
    assertThat(description.classes())
        .containsExactly(new ClassCount("a", 3), new ClassCount("b", 1), new ClassCount("c", 0));
    assertThat(description.widths()).isEqualTo(new Range(1, 2, 9));
    assertThat(description.heights()).isEqualTo(new Range(1, 1, 1));
    assertThat(description.sizes()).isEqualTo(3);
    assertThat(description.modes()).containsExactly(entry("grey", 4));
    assertThat(description.multiLabel()).isFalse();
    assertThat(description.labels()).isEqualTo(new Range(1, 1, 1));
    assertThat(description.imbalance()).isInfinite();
    assertThat(description.duplicates()).isEmpty();
    assertThat(description.unreadable()).isEmpty();
  }

  @Test
  void everyLabelOfASampleIsCounted() {
    Sample both = new Sample(Image.wrap(1, 3, 1, new byte[] {1, 2, 3}), List.of(1, 0));
    Sample again = new Sample(both.image(), List.of(0, 1));
    Sample one = new Sample(both.image(), 1);
    Dataset dataset =
        Datasets.of("lines", List.of("a", "b"), List.of(both, grey(1, 1, 0), again, grey(1, 2, 0)));

    DatasetDescription description = DatasetDescription.of(dataset);

    assertThat(description.classes())
        .containsExactly(new ClassCount("a", 4), new ClassCount("b", 2));
    assertThat(description.multiLabel()).isTrue();
    assertThat(description.labels()).isEqualTo(new Range(1, 2, 2));
    assertThat(description.meanLabels()).isEqualTo(1.5);
    assertThat(description.duplicates())
        .extracting(Duplicates::contradictory)
        .containsExactly(false);
    assertThat(
            DatasetDescription.of(Datasets.of("x", List.of("a", "b"), List.of(both, one)))
                .duplicates())
        .extracting(Duplicates::contradictory)
        .containsExactly(true);
  }

  @Test
  void imbalanceComparesTheLargestClassWithTheSmallest() {
    Dataset dataset =
        Datasets.of(
            "lines",
            List.of("a", "b"),
            List.of(grey(1, 1, 0), grey(1, 2, 0), grey(1, 3, 0), grey(1, 4, 1)));

    assertThat(DatasetDescription.of(dataset).imbalance()).isEqualTo(3);
  }

  @Test
  void samePixelsAreFoundWhateverTheFile() {
    Path first = ImagesForTests.png(folder.resolve("cat/a.png"), 5);
    ImagesForTests.png(folder.resolve("cat/b.png"), 6);
    Path copy =
        ImagesForTests.write(folder.resolve("dog/a.bmp"), ImagesForTests.picture("bmp", 5 << 16));

    DatasetDescription description = DatasetDescription.of(ImageFolder.of(folder).open());

    assertThat(description.duplicates())
        .containsExactly(
            new Duplicates(List.of(0, 2), List.of(first.toString(), copy.toString()), true));
    assertThat(description.modes()).containsOnlyKeys("PNG color", "BMP color");
    assertThat(description.modes().keySet()).startsWith("PNG color");
  }

  @Test
  void samePixelsInAnotherPartAreALeak() {
    Dataset train =
        Datasets.of(
            "lines/train",
            List.of("a", "b"),
            List.of(grey(1, 1, 0), grey(1, 2, 0), grey(1, 3, 1), grey(1, 2, 0)));
    Dataset validation =
        Datasets.of("lines/validation", List.of("a", "b"), List.of(grey(1, 2, 0), grey(1, 4, 1)));
    Dataset test =
        Datasets.of(
            "lines/test", List.of("b", "a"), List.of(grey(1, 3, 1), grey(1, 2, 1), grey(1, 5, 0)));

    DatasetDescription description = DatasetDescription.of(train, List.of(validation, test));

    assertThat(description.leaks())
        .containsExactly(
            new Leak(
                List.of(1, 3),
                List.of("sample 1", "sample 3"),
                Map.of("lines/validation", List.of("sample 0"), "lines/test", List.of("sample 1")),
                false),
            new Leak(
                List.of(2), List.of("sample 2"), Map.of("lines/test", List.of("sample 0")), true));
    assertThat(description.duplicates())
        .containsExactly(new Duplicates(List.of(1, 3), List.of("sample 1", "sample 3"), false));
    assertThat(description.samples()).as("of the part alone").isEqualTo(4);
    assertThat(DatasetDescription.of(train).leaks()).isEmpty();
  }

  @Test
  void sameContentInOnePartWithTwoLabelsIsContradictoryInALeakToo() {
    Dataset train =
        Datasets.of("lines/train", List.of("a", "b"), List.of(grey(1, 1, 0), grey(1, 1, 1)));
    Dataset test = Datasets.of("lines/test", List.of("a", "b"), List.of(grey(1, 1, 0)));

    assertThat(DatasetDescription.of(train, List.of(test)).leaks())
        .singleElement()
        .satisfies(leak -> assertThat(leak.contradictory()).isTrue());
  }

  @Test
  void whatCannotBeReadElsewhereIsNoLeak() {
    ImagesForTests.png(folder.resolve("train/cat/a.png"), 5);
    ImagesForTests.png(folder.resolve("train/dog/a.png"), 6);
    ImagesForTests.write(folder.resolve("test/cat/b.png"), new byte[] {1, 2, 3});
    Path copy = ImagesForTests.png(folder.resolve("test/dog/b.png"), 5);
    Dataset train = ImageFolder.of(folder).split(Split.TRAIN).open();
    Dataset test = ImageFolder.of(folder).split(Split.TEST).open();

    DatasetDescription description = DatasetDescription.of(train, List.of(test));

    assertThat(description.leaks())
        .singleElement()
        .satisfies(
            leak -> {
              assertThat(leak.elsewhere()).containsValue(List.of(copy.toString()));
              assertThat(leak.contradictory()).isTrue();
            });
    assertThat(description.unreadable()).isEmpty();
  }

  @Test
  void sameBytesInAnotherShapeAreNotTheSame() {
    Dataset dataset =
        Datasets.of(
            "lines",
            List.of("a"),
            List.of(
                new Sample(Image.wrap(1, 2, 1, new byte[2]), 0),
                new Sample(Image.wrap(2, 1, 1, new byte[2]), 0)));

    assertThat(DatasetDescription.of(dataset).duplicates()).isEmpty();
  }

  @Test
  void unreadableFilesAreReportedNotThrown() {
    ImagesForTests.png(folder.resolve("cat/a.png"), 5);
    Path damaged = ImagesForTests.write(folder.resolve("dog/b.png"), new byte[] {1, 2, 3});

    DatasetDescription description = DatasetDescription.of(ImageFolder.of(folder).open());

    assertThat(description.samples()).isEqualTo(1);
    assertThat(description.classes())
        .containsExactly(new ClassCount("cat", 1), new ClassCount("dog", 0));
    assertThat(description.unreadable())
        .singleElement()
        .satisfies(file -> assertThat(file.file()).isEqualTo(damaged));
  }

  @Test
  void formatsAreCheckedWithoutReadingImages() {
    Path good = ImagesForTests.png(folder.resolve("cat/a.png"), 5);
    Path empty = ImagesForTests.write(folder.resolve("cat/b.jpg"), new byte[0]);
    Path heic =
        ImagesForTests.write(
            folder.resolve("dog/c.jpg"),
            "\0\0\0\030ftypheic".getBytes(StandardCharsets.ISO_8859_1));
    Path torn = ImagesForTests.write(folder.resolve("dog/d.png"), Arrays.copyOf(bytes(good), 30));
    Dataset pets = ImageFolder.of(folder).open();

    assertThat(ReadableSamples.formatProblems(pets))
        .extracting(UnreadableFile::file)
        .containsExactly(empty, heic);
    assertThat(ReadableSamples.problems(pets))
        .extracting(UnreadableFile::file)
        .containsExactly(empty, heic, torn);
  }

  @Test
  void aDataSetMayReadFormatsOfItsOwn() {
    Path file = ImagesForTests.write(folder.resolve("a.scan"), new byte[] {1, 2, 3});
    AtomicInteger reads = new AtomicInteger();
    Dataset scans =
        new Dataset() {
          @Override
          public String name() {
            return "scans";
          }

          @Override
          public int size() {
            return 100;
          }

          @Override
          public Sample get(int index) {
            reads.incrementAndGet();
            return grey(1, 1, 0);
          }

          @Override
          public List<String> classNames() {
            return List.of("a");
          }

          @Override
          public Path file(int index) {
            return file;
          }
        };

    assertThat(ReadableSamples.formatProblems(scans)).isEmpty();
    assertThat(reads).hasValue(1);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatWasLeftOutBeforeIsReportedToo() {
    ImagesForTests.png(folder.resolve("cat/a.png"), 5);
    ImagesForTests.png(folder.resolve("dog/a.png"), 6);
    ImagesForTests.write(folder.resolve("dog/b.png"), new byte[] {1, 2, 3});
    Dataset pets = ImageFolder.of(folder).unreadable(UnreadableImages.SKIP).open();

    assertThat(DatasetDescription.of(pets).unreadable()).hasSize(1);
    assertThat(DatasetDescription.of(Datasets.take(pets, 1)).unreadable()).hasSize(1);
  }

  @Test
  void nothingReadableIsRefusedWhereItWouldBeLeftOut() {
    ImagesForTests.write(folder.resolve("cat/a.png"), new byte[] {1, 2, 3});
    Path second = ImagesForTests.write(folder.resolve("dog/b.png"), new byte[] {1, 2, 3});

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFolder.of(folder).unreadable(UnreadableImages.SKIP).open())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.EMPTY_DATASET))
        .withMessageStartingWith("None of the 2 images of " + folder.getFileName())
        .withMessageNotContaining(second.toString());
  }

  @Test
  void problemOfTheDataSetItselfIsNotLeftOut() {
    Dataset broken =
        new Dataset() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public int size() {
            return 3;
          }

          @Override
          public Sample get(int index) {
            throw new EspalierException(ErrorCode.INVALID_DATA_FILE, "It ends early.", "Mend it.");
          }

          @Override
          public List<String> classNames() {
            return List.of("a");
          }
        };

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ReadableSamples.of(broken))
        .withMessageStartingWith("It ends early.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> DatasetDescription.of(broken))
        .withMessageStartingWith("It ends early.");
  }

  @Test
  void whatCannotBeReadOfOtherSplitsIsToldByTheirNames() {
    Dataset lines = Datasets.of("lines", List.of("a", "b"), List.of(grey(1, 1, 0), grey(1, 2, 1)));
    for (String split : List.of("train", "val", "test")) {
      ImagesForTests.png(folder.resolve(split + "/cat/1.png"), 1);
      ImagesForTests.png(folder.resolve(split + "/dog/2.png"), 2);
    }
    Path broken = ImagesForTests.write(folder.resolve("val/dog/broken.png"), new byte[] {1, 2});
    Dataset validation = ImageFolder.of(folder).split(Split.VALIDATION).open();
    Dataset test = ImageFolder.of(folder).split(Split.TEST).open();

    DatasetDescription description = DatasetDescription.of(lines, List.of(validation, test));

    assertThat(description.unreadable()).isEmpty();
    assertThat(description.unreadableElsewhere()).containsOnlyKeys(validation.name());
    assertThat(description.unreadableElsewhere().get(validation.name()))
        .singleElement()
        .satisfies(file -> assertThat(file.file()).isEqualTo(broken));
  }
}
