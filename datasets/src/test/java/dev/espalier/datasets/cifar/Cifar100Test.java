package dev.espalier.datasets.cifar;

import static dev.espalier.datasets.cifar.CifarFilesForTests.archive;
import static dev.espalier.datasets.cifar.CifarFilesForTests.cifarRecord;
import static dev.espalier.datasets.cifar.CifarFilesForTests.join;
import static dev.espalier.datasets.cifar.CifarFilesForTests.text;
import static dev.espalier.datasets.cifar.CifarFilesForTests.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar100Test extends DatasetContract {
  @TempDir Path folder;

  @BeforeEach
  void writeSmallFiles() {
    write(
        folder.resolve("train.bin"),
        join(cifarRecord(10, 4, 1), cifarRecord(20, 19, 99), cifarRecord(30, 0, 0)));
    write(folder.resolve("test.bin"), cifarRecord(253, 1, 2));
  }

  @Override
  protected Dataset open() {
    return Cifar100.open(folder, Split.TRAIN);
  }

  @Test
  void fineLabelIsTheSecondByte() {
    Dataset train = Cifar100.open(folder, Split.TRAIN);

    assertThat(train.name()).isEqualTo("cifar100/train");
    assertThat(train.size()).isEqualTo(3);
    assertThat(List.of(train.label(0), train.label(1), train.label(2))).containsExactly(1, 99, 0);
    assertThat(train.classNames()).hasSize(100).startsWith("apple").endsWith("worm");
  }

  @Test
  void coarseLabelIsTheFirstByte() {
    Dataset train = Cifar100.open(folder, Split.TRAIN, Cifar100.Labels.COARSE);

    assertThat(train.name()).isEqualTo("cifar100-coarse/train");
    assertThat(List.of(train.label(0), train.label(1), train.label(2))).containsExactly(4, 19, 0);
    assertThat(train.classNames())
        .hasSize(20)
        .contains("large_man-made_outdoor_things")
        .endsWith("vehicles_2");
  }

  @Test
  void planesBecomeChannels() {
    Image image = Cifar100.open(folder, Split.TEST).get(0).image();

    assertThat(image.toString()).isEqualTo("Image 32x32x3");
    for (int channel = 0; channel < 3; channel++) {
      assertThat(image.at(0, 0, channel)).isEqualTo(253 + channel);
      assertThat(image.at(31, 31, channel)).isEqualTo(253 + channel);
    }
  }

  @Test
  void rowsComeBeforeColumns() {
    byte[] bytes = cifarRecord(0, 0, 0);
    bytes[2 + 1024 + 32 * 3 + 5] = 77; // green, row 3, column 5
    write(folder.resolve("test.bin"), bytes);

    Image image = Cifar100.open(folder, Split.TEST).get(0).image();

    assertThat(image.at(3, 5, 1)).isEqualTo(77);
    assertThat(image.at(5, 3, 1)).isEqualTo(1);
  }

  @Test
  void namesAreReadFromTheFileIfThereIsOne() {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      names.append("class ").append(i).append("\r\n");
    }
    write(folder.resolve("fine_label_names.txt"), text(names + "\n"));

    assertThat(Cifar100.open(folder, Split.TEST).classNames())
        .hasSize(100)
        .startsWith("class 0", "class 1");
  }

  @Test
  void namesFileWithAnotherCountIsRefused() {
    write(folder.resolve("fine_label_names.txt"), text("apple\nbear\n"));

    EspalierException error = failure(folder, Split.TEST);

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE);
    assertThat(error.problem())
        .contains("fine_label_names.txt does not list 100 different class names");
  }

  @Test
  void truncatedFileIsRefusedWithItsNameAndTheExpectedMultiple() {
    write(
        folder.resolve("train.bin"),
        Arrays.copyOf(join(cifarRecord(0, 0, 0), cifarRecord(0, 0, 0)), 5000));

    EspalierException error = failure(folder, Split.TRAIN);

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE);
    assertThat(error.problem())
        .isEqualTo(
            folder.resolve("train.bin")
                + " has 5,000 bytes, which is not a multiple of the 3,074 bytes of a CIFAR-100"
                + " record: after 1 whole records 1,926 bytes are left over.");
    assertThat(error.remedy())
        .isEqualTo(
            "The file was cut short or is of another data set: download or copy CIFAR-100 again.");
  }

  @Test
  void fileOfTheOtherDataSetIsRecognised() {
    write(folder.resolve("test.bin"), join(cifarRecord(0, 1), cifarRecord(0, 2)));

    assertThat(failure(folder, Split.TEST).remedy())
        .isEqualTo(
            "It would hold whole records of CIFAR-10: open it as that, or download or copy"
                + " CIFAR-100 again.");
  }

  @Test
  void labelOutOfRangeIsRefusedWithItsRecord() {
    write(folder.resolve("test.bin"), join(cifarRecord(0, 0, 99), cifarRecord(0, 0, 100)));

    EspalierException error = failure(folder, Split.TEST);

    assertThat(error.code()).isEqualTo(ErrorCode.LABEL_OUT_OF_RANGE);
    assertThat(error.problem())
        .isEqualTo(
            "Record 1 (counted from 0) of "
                + folder.resolve("test.bin")
                + " has the fine label 100, but they go from 0 to 99.");
  }

  @Test
  void theLabelThatIsNotUsedIsCheckedToo() {
    write(folder.resolve("test.bin"), cifarRecord(0, 20, 5));

    assertThat(failure(folder, Split.TEST).problem()).contains("has the coarse label 20");
  }

  @Test
  void emptyFileIsRefused() {
    write(folder.resolve("test.bin"), new byte[0]);

    EspalierException error = failure(folder, Split.TEST);

    assertThat(error.code()).isEqualTo(ErrorCode.EMPTY_DATASET);
    assertThat(error.problem()).isEqualTo(folder.resolve("test.bin") + " is empty.");
  }

  @Test
  void thereIsNoValidationSplit() {
    EspalierException error = failure(folder, Split.VALIDATION);

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(error.getMessage())
        .isEqualTo(
            "CIFAR-100 is published in two splits, train and test; there is no validation"
                + " split. Validate on the test split, or split off a fraction of the train"
                + " split with Datasets.divide. [ESP-102]");
  }

  @Test
  void missingFileAndMissingFolderAreNamed() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));

    EspalierException noFile = failure(empty, Split.TRAIN);
    EspalierException noFolder = failure(folder.resolve("nowhere"), Split.TRAIN);

    assertThat(noFile.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE);
    assertThat(noFile.problem()).isEqualTo("There is no train.bin in " + empty + ".");
    assertThat(noFile.remedy()).contains("cifar-100-binary.tar.gz");
    assertThat(noFolder.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE);
    assertThat(noFolder.problem()).isEqualTo(folder.resolve("nowhere") + " does not exist.");
  }

  @Test
  void archiveGivesTheSameSamplesAsTheFolder() throws Exception {
    Path file = archive(folder.resolve("cifar-100-binary.tar.gz"), published());

    Dataset fromArchive = Cifar100.open(file, Split.TRAIN);
    Dataset fromFolder = Cifar100.open(folder, Split.TRAIN);

    assertThat(fromArchive.size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(fromArchive.get(i)).isEqualTo(fromFolder.get(i));
    }
  }

  @Test
  void folderAboveThePublishedOneWillDo() throws Exception {
    Path above = Files.createDirectory(folder.resolve("above"));
    Path published = Files.createDirectory(above.resolve("cifar-100-binary"));
    write(published.resolve("test.bin"), cifarRecord(1, 2, 3));

    assertThat(Cifar100.open(above, Split.TEST).label(0)).isEqualTo(3);
  }

  @Test
  void folderThatHoldsTheArchiveWillDo() throws Exception {
    Path above = Files.createDirectory(folder.resolve("above"));
    archive(above.resolve("cifar-100-binary.tar.gz"), published());

    assertThat(Cifar100.open(above, Split.TEST).label(0)).isEqualTo(2);
  }

  private Map<String, byte[]> published() throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("cifar-100-binary/", new byte[0]);
    for (String name : List.of("train.bin", "test.bin")) {
      entries.put("cifar-100-binary/" + name, Files.readAllBytes(folder.resolve(name)));
    }
    return entries;
  }

  private static EspalierException failure(Path location, Split split) {
    return catchThrowableOfType(EspalierException.class, () -> Cifar100.open(location, split));
  }
}
