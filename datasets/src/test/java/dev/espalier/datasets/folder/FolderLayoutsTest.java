package dev.espalier.datasets.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as archives, cameras and other people lay them out. */
class FolderLayoutsTest {
  @TempDir Path folder;

  private void files(String... paths) throws IOException {
    for (String path : paths) {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, path.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Dataset open(Split split) {
    return ImageFolder.of(folder).split(split).open();
  }

  private static List<String> names(Dataset dataset) {
    return IntStream.range(0, dataset.size())
        .mapToObj(i -> dataset.file(i).getFileName().toString())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "TRAIN, TEST, Validation",
    "Training, Testing, valid",
    "training_set, test_set, val-set",
    "train images, test images, validate",
    "traindata, testData, dev",
  })
  void usualWordsForSplitsAreKnown(String train, String test, String validation)
      throws IOException {
    files(train + "/cat/a.jpg", train + "/dog/b.jpg", test + "/cat/c.jpg");
    files(validation + "/dog/d.jpg");
    assertThat(names(open(Split.TRAIN))).containsExactly("a.jpg", "b.jpg");
    assertThat(names(open(Split.TEST))).containsExactly("c.jpg");
    assertThat(names(open(Split.VALIDATION))).containsExactly("d.jpg");
    assertThat(open(Split.TRAIN).warnings()).isEmpty();
  }

  @Test
  void aSplitInsideAFolderOfItsOwnNameIsFound() throws IOException {
    files("training_set/training_set/cat/a.jpg", "training_set/training_set/dog/b.jpg");
    files("test_set/test_set/cat/c.jpg");
    assertThat(open(Split.TRAIN).classNames()).containsExactly("cat", "dog");
    assertThat(names(open(Split.TEST))).containsExactly("c.jpg");
  }

  @Test
  void aThirdFolderBesideSplitsIsLeftOutWithAWarning() throws IOException {
    files("train/cat/a.jpg", "train/dog/b.jpg", "test/cat/c.jpg", "predict/x.jpg");
    Dataset train = open(Split.TRAIN);
    assertThat(train.classNames()).containsExactly("cat", "dog");
    assertThat(train.warnings())
        .singleElement()
        .asString()
        .startsWith("Left out: predict in " + folder)
        .contains("test, train");
  }

  @Test
  void severalFoldersBesideTwoSplitsAreLeftOut() throws IOException {
    files("train/cat/a.jpg", "train/dog/b.jpg", "test/cat/c.jpg", "raw/x.jpg", "old/y.jpg");
    Dataset train = open(Split.TRAIN);
    assertThat(train.classNames()).containsExactly("cat", "dog");
    assertThat(train.warnings()).singleElement().asString().startsWith("Left out: old, raw in ");
  }

  @Test
  void trainWithClassesAndOneFolderBesideItIsASplit() throws IOException {
    files("train/cat/a.jpg", "train/dog/b.jpg", "raw/x.jpg");
    Dataset train = open(Split.TRAIN);
    assertThat(train.classNames()).containsExactly("cat", "dog");
    assertThat(train.warnings()).singleElement().asString().startsWith("Left out: raw in ");
  }

  @Test
  void trainAmongSeveralFoldersIsAClass() throws IOException {
    files("train/steam/a.jpg", "train/electric/b.jpg", "car/c.jpg", "bus/d.jpg");
    assertThat(ImageFolder.of(folder).open().classNames()).containsExactly("bus", "car", "train");
  }

  @Test
  void classesThatAreNamedLikeSplitsStayClassesWithAWarning() throws IOException {
    files("train/a.jpg", "plane/b.jpg", "test/c.jpg");
    Dataset all = ImageFolder.of(folder).open();
    assertThat(all.classNames()).containsExactly("plane", "test", "train");
    assertThat(all.warnings())
        .hasSize(2)
        .allMatch(warning -> warning.contains("is taken for a class, not for a split"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "__MACOSX/train/cat/._a.jpg",
        "@eaDir/a.jpg/SYNOFILE_THUMB_M.jpg",
        "cat/@eaDir/a.jpg/SYNOFILE_THUMB_M.jpg",
        ".ipynb_checkpoints/a-checkpoint.jpg",
        "cat/.ipynb_checkpoints/a-checkpoint.jpg",
        ".DS_Store",
        "cat/.DS_Store",
        "Thumbs.db",
        "cat/Thumbs.db",
        "desktop.ini",
        "$RECYCLE.BIN/a.jpg",
        "System Volume Information/a.jpg",
        "lost+found/a.jpg"
      })
  void whatSystemsAddIsIgnored(String added) throws IOException {
    files("cat/a.jpg", "dog/b.jpg", added);
    Dataset all = ImageFolder.of(folder).open();
    assertThat(all.classNames()).containsExactly("cat", "dog");
    assertThat(names(all)).containsExactly("a.jpg", "b.jpg");
    assertThat(all.warnings()).isEmpty();
  }

  @Test
  void imagesBesideTheFoldersOfClassesAreCounted() throws IOException {
    files("cat/a.jpg", "dog/b.jpg", "x.jpg", "y.png");
    assertThat(ImageFolder.of(folder).open().warnings())
        .singleElement()
        .asString()
        .startsWith("Left out: 2 images directly in " + folder + ", such as x.jpg");
  }

  @Test
  void aTestSplitWithoutClassesIsLeftOutAndRefusedByItsName() throws IOException {
    files("train/cat/a.jpg", "train/dog/b.jpg", "val/cat/c.jpg", "test/1.jpg", "test/2.jpg");
    Dataset train = open(Split.TRAIN);
    assertThat(train.warnings())
        .singleElement()
        .asString()
        .isEqualTo(
            "Left out: "
                + folder.resolve("test")
                + " holds 2 images and no folders for classes. espalier predict names the classes"
                + " of such images.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> open(Split.TEST))
        .withMessageContaining("There is no test split in " + folder)
        .withMessageContaining("holds 2 images and no folders for classes");
  }

  @Test
  void aTrainSplitWithoutClassesIsRefused() throws IOException {
    files("train/a.jpg", "train/b.jpg");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> open(Split.TRAIN))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA_LAYOUT))
        .withMessageContaining("train holds 2 images and no folders for classes");
  }

  @Test
  void formatsThatAreNotReadAreCountedAndNamed() throws IOException {
    files("cat/a.jpg", "dog/b.jpg", "cat/1.HEIC", "cat/2.heif", "dog/3.avif", "dog/4.jp2");
    files("dog/5.ppm", "dog/6.tga", "dog/7.ico", "dog/8.dng", "dog/notes.txt");
    assertThat(ImageFolder.of(folder).open().warnings())
        .singleElement()
        .asString()
        .startsWith(
            "Left out: 2 HEIC, 1 AVIF, 1 JPEG 2000, 1 PPM, 1 TGA, 1 ICO, 1 camera raw in "
                + folder
                + ", such as "
                + Path.of("cat", "1.HEIC"))
        .contains("Convert them to JPEG or PNG");
  }

  @Test
  void rawFilesOfCamerasAreNotTakenForTheTiffThatTheyBeginAs() throws IOException {
    files("cat/a.jpg", "dog/b.jpg");
    Files.write(folder.resolve("cat/c.nef"), "II*\0........".getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("cat/d.scan"), "II*\0........".getBytes(StandardCharsets.UTF_8));
    Dataset all = ImageFolder.of(folder).open();
    assertThat(names(all)).containsExactly("a.jpg", "d.scan", "b.jpg");
    assertThat(all.warnings()).singleElement().asString().contains("1 camera raw");
  }

  @Test
  void aFormatThatIsNotReadIsKnownByItsFirstBytesToo() throws IOException {
    files("cat/a.jpg", "dog/b.jpg");
    Files.write(folder.resolve("cat/c"), "\0\0\0\030ftypheic....".getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("cat/d"), "\0\0\0\014jP  \r\n".getBytes(StandardCharsets.UTF_8));
    assertThat(ImageFolder.of(folder).open().warnings())
        .singleElement()
        .asString()
        .startsWith("Left out: 1 HEIC");
  }

  @Test
  void aFolderOfSuchFilesOnlyIsRefusedNamingTheFormat() throws IOException {
    files("cat/1.heic", "dog/2.heic");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFolder.of(folder).open())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.EMPTY_DATASET))
        .withMessageContaining("The images in " + folder + " are in unsupported formats: 2 HEIC.")
        .withMessageContaining("Convert them to JPEG or PNG");
  }

  @Test
  void aClassOfSuchFilesOnlyIsRefusedNamingTheFormat() throws IOException {
    files("cat/1.heic", "dog/2.jpg");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFolder.of(folder).open())
        .withMessageContaining("There are no images of cat in " + folder)
        .withMessageContaining("1 HEIC");
  }

  @ParameterizedTest
  @CsvSource({"macosx, 0", "withpredict, 1", "flattest, 1", "kaggle, 0"})
  void publishedLayoutsAreTrainedOnWithTheirClasses(String layout, int warnings) {
    Path place = SharedData.path("cases/layouts/" + layout);
    Dataset train = ImageFolder.of(place).split(Split.TRAIN).open();
    assertThat(train.classNames()).contains("cat", "dog").doesNotContain("train", "test");
    assertThat(train.warnings()).hasSize(warnings);
  }

  @Test
  void oddFilesAreLeftOutAndNamed() {
    Dataset odd = ImageFolder.of(SharedData.path("cases/odd")).open();
    assertThat(odd.warnings())
        .singleElement()
        .asString()
        .contains("3 HEIC, 2 AVIF, 1 JPEG 2000, 1 PPM, 1 TGA, 1 ICO");
  }

  @Test
  void aFolderOfHeicIsRefused() {
    Path place = SharedData.path("cases/layouts/heiconly");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFolder.of(place).open())
        .withMessageContaining("HEIC");
  }
}
